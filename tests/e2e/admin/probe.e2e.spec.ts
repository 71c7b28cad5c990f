import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callFromBefore } from '../../support/service/agreement-from-before.js';
import { AdminClient, type AdminAnswer } from '../../support/service/admin-client.js';
import { CallbackDoor } from '../../support/peers/callback-door.js';
import { FieldPeer } from '../../support/peers/field-peer.js';
import {
  CONFORMANCE_SEED,
  ConformanceWorld,
  describeLog,
  OPERATOR,
  RIVAL,
} from '../../support/service/conformance-world.js';
import { PushDoor } from '../../support/peers/push-door.js';
import type { RawPeer } from '../../support/peers/raw-http.js';
import { peer } from '../../support/service/world-with-doors.js';

/** Has another secret than the agreement says. */
const STRANGER = peer('stranger');
/** Knows our secret, and proves itself with another. */
const UNPROVEN = peer('unproven');
const ABSENT = peer('absent');
const SILENT = peer('silent');
const NOWHERE = peer('nowhere');
const DISABLED = peer('disabled');

const world = new ConformanceWorld();
/** Answers like existing peers. */
const field = new FieldPeer();
const FIELD = { serviceID: field.serviceID, secret: 'unused-by-the-md5-of-the-field' };
/** Takes everything, and says nothing. */
const silence = new CallbackDoor();
const doors: PushDoor[] = [];
let admin: AdminClient;

beforeAll(async () => {
  await field.listen();
  await silence.open();
  const open = async (of: RawPeer, secretOfTheirs = of.secret): Promise<string> => {
    const door = await PushDoor.open(of, world.traffic);
    door.secretOfOurs = secretOfTheirs;
    doors.push(door);
    return door.url;
  };
  const urls: readonly (readonly [RawPeer, string | undefined])[] = [
    [OPERATOR, await open(OPERATOR)],
    [RIVAL, undefined],
    [STRANGER, await open({ ...STRANGER, secret: 'another-secret-0007' })],
    [UNPROVEN, await open(UNPROVEN, 'another-secret-0007')],
    [ABSENT, 'http://127.0.0.1:9/push'],
    [NOWHERE, 'http://127.0.0.1:9/push'],
    [DISABLED, await open(DISABLED)],
  ];
  const agreement = ({ serviceID, secret }: RawPeer) => ({
    serviceID,
    sharedSecret: secret,
    domains: ['provider.example'],
  });
  const byCallback = {
    answerMode: 'callback',
    digestSchemas: ['MD5'],
    sourceAddresses: ['127.0.0.0/8'],
  };
  await world.start(
    {},
    {
      ...CONFORMANCE_SEED,
      agreements: [
        ...urls.map(([of, callbackUrl]) => ({ ...agreement(of), callbackUrl })),
        { ...agreement(FIELD), ...byCallback, callbackUrl: field.url },
        { ...agreement(SILENT), ...byCallback, callbackUrl: silence.url },
      ],
    },
  );
  await callFromBefore(world.service.databaseUrl, NOWHERE, 'http://10.0.0.1/push');
  field.talkTo(world.service.sspUrl);
  admin = new AdminClient(world.service.adminUrl);
  await admin.ask('POST', `/agreements/${encodeURIComponent(DISABLED.serviceID)}/disable`);
});
afterAll(async () => {
  await world.stop();
  field.close();
  silence.close();
  for (const door of doors) door.close();
});

interface Report {
  readonly outcome: string;
  readonly detail: string | null;
  readonly steps: readonly { readonly step: string; readonly trouble: string | null }[];
}

const ask = ({ serviceID }: RawPeer): Promise<AdminAnswer> =>
  admin.ask('POST', `/agreements/${encodeURIComponent(serviceID)}/probe`);

async function probe(of: RawPeer): Promise<Report> {
  const { status, json } = await ask(of);
  expect(status).toBe(200);
  return json as Report;
}

const stepsOf = ({ steps }: Report): readonly string[] => steps.map(({ step }) => step);

describe('a probe', () => {
  it.each([
    ['a peer', OPERATOR],
    ['one whose agreement is not enabled', DISABLED],
  ])('of %s that answers in line: each message, and the session is ended', async (_, of) => {
    const report = await probe(of);
    expect(report).toMatchObject({ outcome: 'opened', detail: null });
    expect(stepsOf(report)).toEqual(['message 1', 'message 3', 'message 5', 'logout']);
    expect(report.steps.slice(0, 3).map(({ trouble }) => trouble)).toEqual([null, null, null]);
    const { json } = await admin.ask('GET', `/agreements/${encodeURIComponent(of.serviceID)}/state`);
    expect(json).toMatchObject({ deliveries: { pending: 0 } });
  });

  it('of one in callback mode: what it says, and when', async () => {
    const report = await probe(FIELD);
    expect(report).toMatchObject({ outcome: 'opened', detail: null });
    expect(stepsOf(report)).toEqual([
      'message 1',
      'message 2 of the peer',
      'message 4 of the peer',
      'message 6 of the peer',
    ]);
  });

  it.each<[string, RawPeer, string]>([
    ['knows another secret of ours', STRANGER, 'our-secret-refused'],
    ['proves itself with another secret', UNPROVEN, 'wrong-digest'],
  ])('of one that %s', async (_, of, outcome) => {
    const report = await probe(of);
    expect(report.outcome).toBe(outcome);
    expect(stepsOf(report)).toEqual(['message 1', 'message 3']);
  });

  it('of one that is not there, and of one that may not be called', async () => {
    const absent = await probe(ABSENT);
    expect(absent).toMatchObject({ outcome: 'unreachable', steps: [{ step: 'message 1' }] });
    expect(absent.steps[0]?.trouble).toContain('ECONNREFUSED');
    expect((await probe(NOWHERE)).steps[0]?.trouble).toContain('ADDRESS_REFUSED');
  });

  it('of one in callback mode that says nothing: which message is missing', async () => {
    const report = await probe(SILENT);
    expect(report).toMatchObject({ outcome: 'unanswered', steps: [{ step: 'message 1', trouble: null }] });
    expect(report.detail).toContain('message 2 of the peer has not come');
    expect((await probe(SILENT)).outcome).toBe('under-way');
  });

  it('of one without a URL, or without an agreement, is refused', async () => {
    expect((await ask(RIVAL)).status).toBe(409);
    expect((await ask(peer('unknown'))).status).toBe(404);
  });

  it('stands in the audit with what came of it', async () => {
    const { json } = await admin.ask('GET', '/audit?action=agreement.probe&limit=20');
    const { items } = json as { items: { actor: string; target: string; after: object }[] };
    expect(items).toContainEqual(
      expect.objectContaining({
        target: `agreement ${STRANGER.serviceID}`,
        after: { outcome: 'our-secret-refused' },
      }),
    );
  });
});

describeLog(world);
