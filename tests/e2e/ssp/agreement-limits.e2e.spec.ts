import { describe, expect, it } from '@jest/globals';
import { AdminClient } from '../../support/service/admin-client.js';
import {
  CONFORMANCE_SEED,
  describeLog,
  OPERATOR,
  RIVAL,
  worldForThisFile,
} from '../../support/service/conformance-world.js';
import type { HttpAnswer, RawPeer } from '../../support/peers/raw-http.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { until } from '../../support/service/until.js';
import { peer } from '../../support/service/world-with-doors.js';

/** What each of these agreements says beside the usual; OPERATOR and RIVAL have no limits of their own. */
const LIMITED: readonly (readonly [RawPeer, object])[] = [
  [peer('rated'), { limits: { requestsPerSecond: 5 } }],
  [peer('slow'), { limits: { loginsPerSecond: 1 } }],
  [peer('narrow'), { limits: { inFlight: 1 } }],
  [peer('single'), { limits: { sspSessions: 2 } }],
  [peer('hasty'), { limits: { unfinishedSetups: 2 } }],
  [peer('elsewhere'), { sourceAddresses: ['192.0.2.0/24'] }],
  [peer('near'), { sourceAddresses: ['127.0.0.0/8'] }],
  [peer('early'), { validFrom: '2099-01-01T00:00:00Z' }],
  [peer('late'), { validUntil: '2001-01-01T00:00:00Z' }],
  [peer('foreign'), { domains: ['other.example'] }],
  [peer('secure'), { requiredTransport: 'https' }],
  [peer('discreet'), { allowPasswordOverHttp: false }],
];

const of = (name: string): RawPeer => peer(name);

const world = worldForThisFile({}, async () => ({
  ...CONFORMANCE_SEED,
  domains: [...CONFORMANCE_SEED.domains, { name: 'other.example' }],
  agreements: [...[OPERATOR, RIVAL].map((one) => [one, {}] as const), ...LIMITED].map(
    ([{ serviceID, secret }, settings]) => ({
      serviceID,
      sharedSecret: secret,
      domains: ['provider.example'],
      allowPasswordOverHttp: true,
      ...settings,
    }),
  ),
}));

const connected = (name: string): Promise<RawSap1> => world.sap1(of(name)).connect();

const failure = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'opened',
    (error: Error) => error.message,
  );

/** So many keep-alives at once, each a message. */
function flood(sap1: RawSap1, count: number, session = 'nobody'): Promise<readonly HttpAnswer[]> {
  const ask = `<UserKeepAliveRequest userSessionID="${session}">${sap1.metaInfo}</UserKeepAliveRequest>`;
  return Promise.all(
    Array.from({ length: count }, () => sap1.post(sap1.message([[sap1.nextTransactionID(), ask]]))),
  );
}

const statuses = (answers: readonly HttpAnswer[]): ReadonlySet<number> =>
  new Set(answers.map(({ status }) => status));

describe('a limit of one agreement', () => {
  it('requests per second: 429 and a time to come again, for this peer only', async () => {
    const rated = await flood(await connected('rated'), 150);
    expect(statuses(rated)).toEqual(new Set([200, 429]));
    expect(Number(rated.find(({ status }) => status === 429)?.headers['retry-after'])).toBeGreaterThan(0);
    expect(statuses(await flood(world.operator, 30))).toEqual(new Set([200]));
  });

  it('logins per second: 503 with a time to try again, and keep-alives go on', async () => {
    const sap1 = await connected('slow');
    const user = world.newUser(sap1);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, device) => user.on(`device-${device}`).logIn()),
    );
    const refused = answers.filter(({ code }) => code === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const { tryAgainS } of refused) expect(tryAgainS).toBeGreaterThan(0);
    const open = answers.find(({ code }) => code === 200);
    expect(open).toBeDefined();
    expect(statuses(await flood(sap1, 5))).toEqual(new Set([200]));
  });

  it('messages at work at once: 429 for what is beyond', async () => {
    const narrow = await connected('narrow');
    const session = await world.newUser(narrow).session();
    // The machine decides when two run at once: sooner or later they do.
    await until('one too many', async () => statuses(await flood(narrow, 40, session)).has(429));
    const wide = await world.newUser().session();
    expect(statuses(await flood(world.operator, 40, wide)).has(429)).toBe(false);
  });

  it('SSP sessions: one more than there may be ends the one that was idle longest', async () => {
    const first = await connected('single');
    await connected('single');
    await connected('single');
    expect((await first.post(first.message([['late', '<KeepAliveRequest/>']]))).status).toBe(403);
  });

  it('proven set-ups that wait for message 5: one more than there may be is turned away', async () => {
    const setUps = Array.from({ length: 3 }, () => world.sap1(of('hasty')).setUp());
    const codes: (number | undefined)[] = [];
    for (const setUp of setUps) await setUp.hello();
    for (const setUp of setUps) codes.push((await setUp.prove()).code);
    expect(codes).toEqual([undefined, undefined, 503]);
  });
});

describe('an agreement', () => {
  it('for other source addresses, not yet in force, no longer in force, or for https only: no login is admitted', async () => {
    for (const name of ['elsewhere', 'early', 'late', 'secure'])
      expect(await failure(connected(name))).not.toBe('opened');
    await connected('near');
  });

  it('for other domains: its peer logs in none of ours (§4.1)', async () => {
    expect((await world.newUser(await connected('foreign')).logIn()).code).toBe(403);
  });

  it('without leave for passwords over http: 403, and a challenge goes', async () => {
    const user = world.newUser(await connected('discreet'));
    expect((await user.logIn()).code).toBe(403);
  });

  it('is limited from the next message on when an administrator says so', async () => {
    const sap1 = await world.sap1(RIVAL).connect();
    expect(statuses(await flood(sap1, 20))).toEqual(new Set([200]));
    const admin = new AdminClient(world.service.adminUrl);
    const path = `/agreements/${encodeURIComponent(RIVAL.serviceID)}`;
    const changed = await admin.ask('PATCH', path, { body: { limits: { requestsPerSecond: 2 } } });
    expect(changed.status).toBe(200);
    expect(statuses(await flood(sap1, 20)).has(429)).toBe(true);
  });
});

describeLog(world);
