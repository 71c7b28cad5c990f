import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AdminClient } from '../../support/service/admin-client.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { sap2Command } from '../../support/service/sap2-command.js';
import {
  type ServiceUnderTest,
  startServiceUnderTest,
  TEST_ENVIRONMENT,
} from '../../support/service/service-under-test.js';

const LIMIT = 3;
const PEER = 'wv:@operator.example';

let service: ServiceUnderTest;
let sap1: RawSap1;
let admin: AdminClient;

beforeAll(async () => {
  service = await startServiceUnderTest({ SAP2_LOGIN_ATTEMPTS: String(LIMIT) });
  sap1 = await new RawSap1(service.sspUrl, { serviceID: PEER, secret: 'operator-secret-0001' }).connect();
  admin = new AdminClient(service.adminUrl);
});
afterAll(async () => {
  sap1.close();
  await service.stop();
});

const userCalled = (name: string, password = `${name}-secret`): RawUser =>
  new RawUser(sap1, `wv:${name}@provider.example`, password).on(`${name}-phone`);

interface Line {
  readonly event: string;
  readonly user?: string;
}

/** What the log says of a user. */
const linesAbout = (name: string): readonly Line[] =>
  service.log
    .map((line) => JSON.parse(line) as Line)
    .filter(({ user }) => user === `wv:${name}@provider.example`);

const shown = async (path: string): Promise<Record<string, unknown>> =>
  (await admin.ask('GET', path)).json as Record<string, unknown>;

const namesIn = async (path: string): Promise<readonly unknown[]> =>
  ((await shown(path))['items'] as { userID: string }[]).map(({ userID }) => userID);

describe('a support desk', () => {
  it('sees in the log who logged in', async () => {
    await userCalled('alice').session();
    expect(linesAbout('alice')).toEqual([
      expect.objectContaining({
        level: 'info',
        event: 'user_logged_in',
        peer: PEER,
        client: 'alice-phone',
        session: expect.anything(),
      }),
    ]);
  });

  it('sees why a login was refused, which the peer does not learn', async () => {
    const wrong = await userCalled('bob', 'wrong').logIn();
    const unknown = await userCalled('nobody').logIn();
    expect([wrong.code, unknown.code]).toEqual([409, 409]);
    expect(wrong.bytes).not.toMatch(/wrong-password/);
    expect(linesAbout('bob')).toEqual([
      expect.objectContaining({ event: 'login_refused', reason: 'wrong-password', peer: PEER }),
    ]);
    expect(linesAbout('nobody')).toEqual([
      expect.objectContaining({ event: 'login_refused', reason: 'unknown-user' }),
    ]);
  });

  it('sees that a user is locked, finds it in the list of locked users, and unlocks it', async () => {
    const begunMs = Date.now();
    for (let i = 0; i < LIMIT; i++) await userCalled('carol', 'wrong').logIn();
    expect((await userCalled('carol').logIn()).code).toBe(503);
    expect(linesAbout('carol').map(({ event }) => event)).toEqual([
      ...Array.from({ length: LIMIT }, () => 'login_refused'),
      'user_locked',
      'login_refused',
    ]);
    expect(linesAbout('carol').at(-1)).toMatchObject({ reason: 'user-locked' });

    const carol = await shown('/users/wv:carol@provider.example');
    expect(carol).toMatchObject({ failedLogins: LIMIT, lastLoginAt: null, lastLoginBy: null });
    expect(Date.parse(String(carol['lockedUntil']))).toBeGreaterThan(begunMs);
    expect(await namesIn('/users?locked=true')).toEqual(['wv:carol@provider.example']);
    expect(await namesIn('/users?locked=true&prefix=ali')).toEqual([]);

    expect((await admin.ask('POST', '/users/wv:carol@provider.example/unlock')).status).toBe(204);
    expect(await namesIn('/users?locked=true')).toEqual([]);
    expect(await shown('/users/carol@provider.example')).toMatchObject({
      failedLogins: 0,
      lockedUntil: null,
    });
  });

  it('finds locked users by the command line', async () => {
    for (let i = 0; i < LIMIT; i++) await userCalled('dave', 'wrong').logIn();
    const environment = {
      ...TEST_ENVIRONMENT,
      DATABASE_URL: service.databaseUrl,
      REDIS_URL: service.redisUrl,
      SAP2_LOGIN_ATTEMPTS: String(LIMIT),
    };
    const { code, out } = await sap2Command(['user', 'list', '--locked', 'true', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      items: [{ userID: 'wv:dave@provider.example', failedLogins: LIMIT }],
    });
  });

  it('sees when and by whom a user logged in last', async () => {
    const begunMs = Date.now();
    const alice = userCalled('alice');
    await alice.session();
    const before = await shown('/users/alice@provider.example');
    expect(before).toMatchObject({ lastLoginBy: PEER, failedLogins: 0, lockedUntil: null });
    expect(Date.parse(String(before['lastLoginAt']))).toBeGreaterThanOrEqual(begunMs - 1_000);
  });

  it('sees when a session was kept alive last and when it will expire', async () => {
    const bob = userCalled('bob');
    const id = await bob.session('timeToLive="600"');
    const born = await shown(`/sessions/${id}`);
    expect(born['lastKeepAliveAt']).toMatch(/Z$/);
    const lifeS = (session: Record<string, unknown>): number =>
      (Date.parse(String(session['expiresAt'])) - Date.parse(String(session['lastKeepAliveAt']))) / 1000;
    expect(lifeS(born)).toBeGreaterThanOrEqual(600);
    await bob.keepAlive(id);
    const kept = await shown(`/sessions/${id}`);
    expect(Date.parse(String(kept['lastKeepAliveAt']))).toBeGreaterThan(
      Date.parse(String(born['lastKeepAliveAt'])),
    );
    const listed = (await shown('/sessions?user=bob@provider.example'))['items'];
    expect(listed).toEqual([kept]);
  });
});

describe('a peer that is away', () => {
  it('leaves health as it is; the state of its agreement and the metrics show its backlog', async () => {
    const id = await userCalled('bob').session();
    expect((await admin.ask('DELETE', `/sessions/${id}`)).status).toBe(204);
    const database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
    await database.query(`UPDATE disconnect_outbox SET created_at = now() - interval '1 hour'`);
    await database.end();
    const ready = await fetch(`${service.adminUrl}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok' });
    const { deliveries } = await shown(`/agreements/${PEER}/state`);
    const { oldestPendingAt } = deliveries as { readonly oldestPendingAt: string };
    expect(Date.now() - Date.parse(oldestPendingAt)).toBeGreaterThan(3_500_000);
    const metrics = await (await fetch(`${service.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(
      /^sap2_outbox_peer_oldest_age_seconds\{peer="wv:@operator\.example"\} 3[56]\d\d/m,
    );
    expect(metrics).toMatch(/^sap2_build_info\{version="\d+\.\d+\.\d+",node="\d+\.\d+\.\d+"\} 1$/m);
  });
});
