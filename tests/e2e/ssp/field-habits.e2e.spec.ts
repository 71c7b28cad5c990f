import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminClient } from '../../support/service/admin-client.js';
import { fieldSession, fieldStatus } from '../../support/peers/field-messages.js';
import { FieldPeer } from '../../support/peers/field-peer.js';
import {
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const KEEP_ALIVE = '<KeepAliveRequest/>';

/** Short, so that a session that could expire would. */
const TIME_TO_LIVE_S = 2;
const SESSIONS_OF_A_PEER = 4;

let field: FieldPeer;
let service: ServiceUnderTest;
let admin: AdminClient;

beforeAll(async () => {
  field = await new FieldPeer().listen();
  service = await startServiceUnderTest(
    {
      SAP2_SESSIONS_PER_USER: '50',
      SAP2_SSP_SESSION_TTL_S: String(TIME_TO_LIVE_S),
      SAP2_SSP_SESSIONS_PER_PEER: String(SESSIONS_OF_A_PEER),
    },
    {
      ...DEFAULT_SEED,
      agreements: [
        {
          serviceID: field.serviceID,
          sharedSecret: 'unused-by-md5-0001',
          callbackUrl: field.url,
          answerMode: 'callback',
          digestSchemas: ['MD5'],
          sourceAddresses: ['127.0.0.0/8'],
          sessionLife: 'until-replaced',
          domains: ['provider.example'],
          allowPasswordOverHttp: true,
        },
      ],
    },
  );
  admin = new AdminClient(service.adminUrl);
  field.talkTo(service.sspUrl);
  await newSession(() => field.open());
});

afterAll(async () => {
  field.close();
  await service?.stop();
});

beforeEach(() => {
  Object.assign(field, { moody: 0, codeOfDisconnects: 200 });
  field.disliked.length = 0;
});

async function newSession(open: () => Promise<unknown>): Promise<string> {
  const before = new Set(field.sessionIDs);
  await open();
  return until('an SSP session', () => field.sessionIDs.find((id) => !before.has(id)));
}

const codeOf = async (sessionID?: string): Promise<string | undefined> =>
  (await field.ask(KEEP_ALIVE, sessionID)).child('Status')?.attribute('code');

/** HTTP status of a message under an id. */
const statusUnder = async (sessionID: string): Promise<number> =>
  (await field.post(fieldSession(sessionID, 'Request', 'look', KEEP_ALIVE))).status;

let devices = 0;
async function logIn(): Promise<string> {
  const answer = await field.ask(
    `<UserLoginRequest>\n<MetaInfo clientOriginated="Yes">\n<Requestor serviceID="${field.serviceID}">\n<User userID="wv:alice@provider.example">\n<ClientID url="phone-${++devices}@field"/>\n</User>\n</Requestor></MetaInfo>\n<Password>alice-secret\n</Password>\n</UserLoginRequest>`,
  );
  return answer.attribute('userSessionID') ?? '';
}

async function end(id: string): Promise<void> {
  expect((await admin.ask('DELETE', `/sessions/${id}`)).status).toBe(204);
}

async function endedSession(): Promise<string> {
  const id = await logIn();
  await end(id);
  return id;
}

interface Delivery {
  readonly id: string;
  readonly sessionID: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly transactionID: string;
}

async function deliveryOf(sessionID: string): Promise<Delivery> {
  const { json } = await admin.ask('GET', '/deliveries?limit=200');
  const found = (json as { items: Delivery[] }).items.find((one) => one.sessionID === sessionID);
  if (found === undefined) throw new Error('there is no such delivery');
  return found;
}

const settled = (sessionID: string, state: string): Promise<Delivery> =>
  until(`${state} of the disconnect`, async () => {
    const delivery = await deliveryOf(sessionID);
    return delivery.state === state && delivery;
  });

/** Until so many attempts are known to have ended so. */
const attempted = (sessionID: string, attempts: number, lastError: string | null): Promise<Delivery> =>
  until(`attempt ${attempts}`, async () => {
    const delivery = await deliveryOf(sessionID);
    return delivery.attempts === attempts && delivery.lastError === lastError && delivery;
  });

const sendAgain = async ({ id }: Delivery): Promise<void> => {
  expect((await admin.ask('POST', `/deliveries/${id}/retry`)).status).toBe(200);
};

const logged = (event: string): readonly string[] =>
  service.log.filter((line) => line.includes(`"${event}"`));

it('begins with https, and goes on without it', () => {
  expect(field.httpsTries).toBe(1);
  expect(field.faults).toEqual([]);
});

describe('a probe of a peer that keeps its session for ever (issue 9, point 16)', () => {
  it('leaves it usable for both, and asks for no logout', async () => {
    const probed = await newSession(async () => {
      const { json } = await admin.ask('POST', `/agreements/${encodeURIComponent(field.serviceID)}/probe`);
      expect(json).toMatchObject({ outcome: 'opened' });
    });
    expect(await codeOf(probed)).toBe('200');
    const id = await endedSession();
    await settled(id, 'acknowledged');
    expect(field.unknown).toEqual([]);
  });

  it('and whose lone 405 belongs to nothing is not refused, as a request or another answer is', async () => {
    expect((await field.post(fieldStatus('41@field.example', 'no-such', 405))).status).toBe(202);
    expect((await field.post(fieldStatus('41@field.example', 'no-such', 200))).status).toBe(403);
    expect(await statusUnder('41@field.example')).toBe(403);
    expect((await field.post(fieldStatus(field.sessionIDs.at(-1) ?? '', 'no-such', 405))).status).toBe(202);
  });
});

describe('an SSP session of a peer that never sets up anew (point 17)', () => {
  it('survives a closed connection after a push that was taken and answered by a failure', async () => {
    const sessions = field.sessionIDs;
    field.codeOfDisconnects = 500;
    const id = await endedSession();
    const delivery = await attempted(id, 1, 'Status 500');
    field.moody = 1;
    field.codeOfDisconnects = 200;
    await sendAgain(delivery);
    await settled(id, 'acknowledged');
    expect(field.disliked).toEqual(['UserDisconnectRequest']);
    expect(field.sessionIDs).toEqual(sessions);
    expect(await codeOf()).toBe('200');
  });

  it('is left to the peer when pushes take another one after three closed connections', async () => {
    const kept = field.sessionIDs.at(-1) ?? '';
    const id = await logIn();
    const next = await newSession(async () => {
      field.moody = 3;
      await end(id);
    });
    await settled(id, 'acknowledged');
    expect(next).not.toBe(kept);
    expect(field.disliked).toEqual(Array.from({ length: 3 }, () => 'UserDisconnectRequest'));
    expect(await codeOf(kept)).toBe('200');
    expect(await codeOf(next)).toBe('200');
  });

  it('outlives its time to live, where the agreement says until-replaced', async () => {
    const kept = field.sessionIDs.at(-1) ?? '';
    await pause((TIME_TO_LIVE_S + 1) * 1000);
    expect(await codeOf(kept)).toBe('200');
  });
});

describe('a peer that never logs out (point 18)', () => {
  it('gets each session that it sets up; one more ends the one that was idle longest', async () => {
    const made: string[] = [];
    for (let count = 0; count < SESSIONS_OF_A_PEER; count++) made.push(await newSession(() => field.open()));
    expect(await codeOf(made[0])).toBe('200');
    const last = await newSession(() => field.open());
    expect(await codeOf(last)).toBe('200');
    expect(await codeOf(made[0])).toBe('200');
    expect(await statusUnder(made[1] ?? '')).toBe(403);
    const { json } = await admin.ask('GET', `/agreements/${encodeURIComponent(field.serviceID)}/state`);
    expect((json as { sspSessions: unknown[] }).sspSessions).toHaveLength(SESSIONS_OF_A_PEER);
  });
});

describe('a peer that does not know disconnects (point 19)', () => {
  it('is asked once, with an alert, and again after its next set-up', async () => {
    const state = async (): Promise<unknown> =>
      (await admin.ask('GET', `/agreements/${encodeURIComponent(field.serviceID)}/state`)).json;
    field.codeOfDisconnects = 405;
    const asked = field.disconnects.length;
    const first = await endedSession();
    expect(await settled(first, 'undelivered')).toMatchObject({ attempts: 1 });
    expect((await deliveryOf(first)).lastError).toContain('405');
    expect(await state()).toMatchObject({ deliveries: { disconnects: 'unsupported' } });
    const others = [await endedSession(), await endedSession()];
    for (const id of others) expect(await settled(id, 'undelivered')).toMatchObject({ attempts: 0 });
    expect(field.disconnects.slice(asked)).toEqual([first]);
    expect(logged('disconnects_not_supported').length).toBeGreaterThan(0);
    expect((await (await fetch(`${service.adminUrl}/metrics`)).text()).split('\n')).toContainEqual(
      expect.stringMatching(/^sap2_disconnects_total\{.*result="not-supported".*\} 3$/),
    );

    field.codeOfDisconnects = 200;
    await newSession(() => field.open());
    for (const id of [first, ...others]) await settled(id, 'acknowledged');
    expect(field.disconnects.slice(asked).toSorted()).toEqual([first, first, ...others].toSorted());
    expect(await state()).toMatchObject({ deliveries: { disconnects: 'supported' } });
  });

  it('is asked when an administrator says so', async () => {
    field.codeOfDisconnects = 405;
    const id = await endedSession();
    const delivery = await settled(id, 'undelivered');
    await sendAgain(delivery);
    await until('the second time', () => field.disconnects.filter((one) => one === id).length === 2);
    expect(await settled(id, 'undelivered')).toMatchObject({ attempts: 1 });
    field.codeOfDisconnects = 200;
    await sendAgain(delivery);
    await settled(id, 'acknowledged');
  });
});

describe('what is recorded of a push whose answer is a message of its own (point 20)', () => {
  it('is one attempt for each send; its last code until it is well; failed only where the peer says so', async () => {
    const failedBefore = logged('disconnects_failed').length;
    const deliveredBefore = logged('disconnects_delivered').length;
    field.codeOfDisconnects = 500;
    const id = await endedSession();
    await sendAgain(await attempted(id, 1, 'Status 500'));
    const second = await attempted(id, 2, 'Status 500');
    field.codeOfDisconnects = 200;
    await sendAgain(second);
    expect(await settled(id, 'acknowledged')).toMatchObject({ attempts: 3, lastError: null });
    const { json } = await admin.ask('GET', `/deliveries/${second.id}`);
    const { lastAttempts } = json as { lastAttempts: { outcome: string }[] };
    expect(lastAttempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'acknowledged']);
    const failed = logged('disconnects_failed').slice(failedBefore);
    expect(failed.map((line) => line.includes('Status 500'))).toEqual([true, true]);
    await until('the line of the log', () => logged('disconnects_delivered').length > deliveredBefore);
    expect(service.log.join('')).not.toContain('no answer yet');
  });

  it('names an answer that was lost by its peer, transaction and message', async () => {
    const before = logged('callback_answer_lost').length;
    field.moody = 3;
    await field.post(fieldSession(field.sessionIDs.at(-1) ?? '', 'Request', 'lost-1', KEEP_ALIVE));
    const line = await until('the line of the log', () => logged('callback_answer_lost')[before]);
    expect(JSON.parse(line)).toMatchObject({
      peer: field.serviceID,
      transactionId: 'lost-1',
      primitive: 'KeepAliveResponse',
      count: 1,
    });
  });
});

it('has done nothing that it was not to do', () => {
  expect(field.faults).toEqual([]);
});
