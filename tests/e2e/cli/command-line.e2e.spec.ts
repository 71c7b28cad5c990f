import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { testFolder } from '@sap2/test-support';
import { COMMANDS, nameOf } from '../../../apps/sap2/src/cli/commands.js';
import { AdminClient } from '../../support/service/admin-client.js';
import {
  CONFORMANCE_SEED,
  ConformanceWorld,
  OPERATOR,
  RIVAL,
} from '../../support/service/conformance-world.js';
import { ASKED_FOR, type Outcome, sap2Command } from '../../support/service/sap2-command.js';
import { useSubscriptions } from '../../support/service/subscription-commands.js';
import { TEST_ENVIRONMENT } from '../../support/service/service-under-test.js';

const world = new ConformanceWorld();
const folder = mkdtempSync(join(testFolder(), 'cli-'));
const SECRET = 'a-secret-of-thirty-two-characters';
const NEW_PEER = 'wv:@new.example';
const run = new Set<string>();
/** Everything that any command said. */
const said: string[] = [];

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

beforeAll(() => world.start({ SAP2_ROLES: 'ssp,admin,delivery' }, CONFORMANCE_SEED));
afterAll(() => world.stop());

/** A command on the stores of the service that is running. */
async function sap2(
  args: readonly string[],
  input = '',
  changes: Record<string, string> = {},
): Promise<Outcome> {
  run.add(args.slice(0, args[0] === 'verify' ? 1 : 2).join(' '));
  const stores = { DATABASE_URL: world.service.databaseUrl, REDIS_URL: world.service.redisUrl };
  const outcome = await sap2Command(args, { ...TEST_ENVIRONMENT, ...stores, ...changes }, input);
  said.push(outcome.out, outcome.err);
  return outcome;
}

async function json(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { code, out } = await sap2([...args, '--json']);
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(1);
  return JSON.parse(out) as Readonly<Record<string, unknown>>;
}

const items = async (...args: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  (await json(...args))['items'] as readonly Readonly<Record<string, unknown>>[];

describe('users', () => {
  const BOB = 'wv:bob@provider.example';

  it('are created, shown, changed, suspended, let in again and deleted', async () => {
    const password = file('password', 'builder-0001\n');
    expect(await json('user', 'create', BOB, '--password-file', password)).toMatchObject({ userID: BOB });
    expect(await items('user', 'list', '--prefix', 'bob')).toMatchObject([{ userID: BOB }]);
    expect(await json('user', 'change', BOB, '--challenge-login', 'false')).toMatchObject({
      challengeLogin: false,
    });
    expect((await sap2(['user', 'set-password', BOB, '--password-file', '-'], 'from-stdin-0001')).code).toBe(
      0,
    );
    expect((await sap2(['user', 'set-password', BOB])).code).toBe(0);
    expect(await json('user', 'suspend', BOB, '--reason', 'lost the phone')).toMatchObject({
      suspended: true,
    });
    expect(await json('user', 'reactivate', BOB)).toMatchObject({ suspended: false });
    expect((await sap2(['user', 'unlock', BOB])).code).toBe(0);
    expect((await sap2(['user', 'end-sessions', BOB])).code).toBe(0);
    expect((await sap2(['user', 'show', BOB])).out).toContain(BOB);
    expect((await sap2(['user', 'delete', BOB, '--yes'])).code).toBe(0);
    expect((await sap2(['user', 'create', BOB])).code).toBe(0);
    expect((await sap2(['user', 'create', '--help'])).out).toContain('argon2, bcrypt, scrypt');
    expect((await sap2(['user', 'delete', BOB, '--yes'])).code).toBe(0);
    expect(await sap2(['user', 'show', BOB])).toMatchObject({ code: 1, out: '' });
  });

  it('are imported and exported line by line; refused lines are reported, and the exit code too', async () => {
    const line = (name: string, domain: string) =>
      JSON.stringify({ userID: `wv:${name}@${domain}`, password: `${name}-password` });
    const lines = file(
      'users',
      [line('imp-1', 'provider.example'), line('imp-2', 'nowhere.example'), ''].join('\n'),
    );
    const imported = await sap2(['user', 'import', lines]);
    expect(imported).toMatchObject({ code: 1, err: 'created: 1, refused: 1' });
    expect(JSON.parse(imported.out)).toMatchObject({ line: 2, status: 'refused' });
    const exported = await sap2(['user', 'export', '--prefix', 'imp-']);
    expect(exported.out.split('\n').map((text) => JSON.parse(text) as object)).toMatchObject([
      { userID: 'wv:imp-1@provider.example' },
    ]);
    for (const unreadable of [join(folder, 'nothing'), folder])
      expect(await sap2(['user', 'import', unreadable])).toMatchObject({ code: 2, out: '' });
  });
});

describe('sessions', () => {
  it('are listed and ended, one or many, the job being followed to its end', async () => {
    const users = Array.from({ length: 4 }, () => world.newUser());
    const ids: string[] = [];
    for (const user of users) ids.push(await user.session());
    const [one = ''] = ids;
    expect((await items('session', 'list', '--all', '--limit', '1')).length).toBeGreaterThanOrEqual(4);
    expect(await json('session', 'show', one)).toMatchObject({ id: one });
    expect((await sap2(['session', 'end', one])).code).toBe(0);
    expect((await users[0]?.keepAlive(one))?.code).toBe(601);
    const many = ['session', 'end-many', '--peer', OPERATOR.serviceID, '--reason', 'maintenance'];
    expect(await json(...many, '--dry-run', 'true')).toMatchObject({ matching: 3, job: null });
    expect(await json(...many, '--yes')).toMatchObject({ state: 'done', total: 3, done: 3 });
    expect(await items('session', 'history', '--cause', 'administrator')).toHaveLength(4);
    expect(await json('session', 'stats')).toHaveProperty('live');
    expect((await sap2(['session', 'end-many', '--yes'])).code).toBe(2);
  });

  it('jobs are listed, shown and aborted', async () => {
    const user = world.newUser(world.rival);
    await user.session();
    await user.on('another').session();
    const made = await json(
      'session',
      'end-many',
      '--peer',
      RIVAL.serviceID,
      '--rate-per-second',
      '1',
      '--no-follow',
      '--yes',
    );
    const { id } = made['job'] as { id: string };
    expect(await json('job', 'show', id)).toMatchObject({ state: 'running', total: 2 });
    expect(await json('job', 'abort', id)).toMatchObject({ state: 'aborted' });
    expect(await items('job', 'list')).toHaveLength(2);
  });
});

describe('domains and agreements', () => {
  it('are made, changed and removed', async () => {
    expect(await json('domain', 'create', 'new.example')).toMatchObject({ name: 'new.example' });
    const spInfo = { name: 'New', description: 'Chat', url: 'https://new.example' };
    expect(await json('domain', 'change', 'new.example', '--sp-info', JSON.stringify(spInfo))).toMatchObject({
      spInfo,
    });
    expect((await items('domain', 'list')).map(({ name }) => name)).toContain('new.example');
    expect(await json('domain', 'show', 'new.example')).toMatchObject({ spInfo });

    const secret = file('secret', SECRET);
    const url = 'http://127.0.0.1:9/push';
    expect(
      await json(
        'agreement',
        'create',
        NEW_PEER,
        '--shared-secret-file',
        secret,
        '--callback-url',
        url,
        '--domains',
        'new.example',
      ),
    ).toMatchObject({ serviceID: NEW_PEER, domains: ['new.example'] });
    expect(await json('agreement', 'change', NEW_PEER, '--limits', '{"loginsPerSecond":5}')).toMatchObject({
      limits: { loginsPerSecond: 5 },
    });
    const md5 = ['agreement', 'change', NEW_PEER, '--digest-schemas', 'HMAC-SHA-256', 'MD5'];
    expect((await sap2(md5)).err).toContain('sourceAddresses');
    const open = await json(...md5, '--allow-unprotected', 'true', '--session-life', 'until-replaced');
    expect(open).toMatchObject({ sessionLife: 'until-replaced', warnings: [expect.anything()] });
    expect((await sap2(['agreement', 'state', NEW_PEER])).out).toContain('So a stranger can');
    expect(await json('agreement', 'disable', NEW_PEER)).toMatchObject({ enabled: false });
    expect(await json('agreement', 'enable', NEW_PEER)).toMatchObject({ enabled: true });
    const next = file('next', `${SECRET}-2`);
    expect(
      await json(
        'agreement',
        'secret',
        NEW_PEER,
        '--secret-file',
        next,
        '--direction',
        'inbound',
        '--overlap-s',
        '60',
      ),
    ).toMatchObject({ secrets: { inbound: 2, outbound: 1 } });
    expect((await sap2(['agreement', 'probe', NEW_PEER])).code).toBe(1);
    expect(await json('agreement', 'state', NEW_PEER)).toMatchObject({ deliveries: { pending: 0 } });
    expect(await json('agreement', 'show', NEW_PEER)).toMatchObject({ callbackUrl: url });
    expect(await items('agreement', 'list', '--domain', 'new.example')).toHaveLength(1);
    expect((await sap2(['domain', 'delete', 'new.example', '--yes'])).code).toBe(1);
    expect((await sap2(['agreement', 'delete', NEW_PEER, '--yes'])).code).toBe(0);
    expect((await sap2(['domain', 'delete', 'new.example', '--yes'])).code).toBe(0);
  });
});

describe('deliveries', () => {
  it('are held, listed, cancelled and let go', async () => {
    expect(await json('delivery', 'pause', OPERATOR.serviceID)).toMatchObject({ paused: true });
    const id = await world.newUser().session();
    await world.end(id);
    const [due] = await items('delivery', 'list', '--peer', OPERATOR.serviceID, '--state', 'pending');
    const name = String(due?.['id']);
    expect((await sap2(['delivery', 'show', name])).code).toBe(0);
    expect((await sap2(['delivery', 'cancel', name])).code).toBe(0);
    expect((await sap2(['delivery', 'retry', name])).code).toBe(0);
    expect(await json('delivery', 'resume', OPERATOR.serviceID)).toMatchObject({ paused: false });
  });
});

describe('administrators', () => {
  let token = '';

  it('are made with a token that works at once and is shown once', async () => {
    const made = await json('admin', 'create', 'olive', '--scopes', 'read', 'users');
    expect(made).toMatchObject({ name: 'olive', scopes: ['read', 'users'] });
    token = String(made['token']);
    const client = new AdminClient(world.service.adminUrl).as(token);
    expect((await client.ask('GET', '/users')).status).toBe(200);
    expect((await client.ask('POST', '/domains', { body: { name: 'x.example' } })).status).toBe(403);
    for (const args of [['list'], ['show', 'olive']])
      expect((await sap2(['admin', ...args, '--json'])).out).not.toContain(token);
  });

  it('are changed, given another token, and removed', async () => {
    expect(await json('admin', 'change', 'olive', '--scopes', 'read')).toMatchObject({ scopes: ['read'] });
    const replaced = await json('admin', 'token', 'olive');
    expect((await new AdminClient(world.service.adminUrl).as(token).ask('GET', '/users')).status).toBe(401);
    expect(
      (await new AdminClient(world.service.adminUrl).as(String(replaced['token'])).ask('GET', '/users'))
        .status,
    ).toBe(200);
    expect((await sap2(['admin', 'delete', 'olive', '--yes'])).code).toBe(0);
    expect((await sap2(['admin', 'show', 'olive'])).code).toBe(1);
  });
});

it('subscriptions of webhooks are created, shown, changed, paused, tried, replayed and deleted', async () => {
  const shown = await useSubscriptions({ json, items, sap2 });
  expect(shown).toMatchObject({ name: 'messaging', types: ['session.ended'] });
});

describe('the audit', () => {
  it('says who it was, and from where', async () => {
    const entries = await items('audit', 'list', '--action', 'user.suspend');
    expect(entries[0]).toMatchObject({ actor: expect.stringMatching(/^cli:/u) as unknown, from: 'local' });
    expect((await sap2(['audit', 'show', String(entries[0]?.['seq'])])).code).toBe(0);
    expect(await json('audit', 'verify')).toMatchObject({ sound: true });
  });

  it('that was changed is found out, and the exit code tells a script', async () => {
    const owner = new pg.Client(world.service.databaseUrl);
    await owner.connect();
    await owner.query('SET session_replication_role = replica');
    await owner.query(`UPDATE audit_entry SET actor = actor || '!' WHERE seq = 1`);
    const found = await sap2(['audit', 'verify', '--json']);
    await owner.query(`UPDATE audit_entry SET actor = trim(trailing '!' from actor) WHERE seq = 1`);
    await owner.end();
    expect(found.code).toBe(4);
    expect(JSON.parse(found.out)).toMatchObject({ sound: false });
  });
});

describe('the stores', () => {
  it('are compared, and repaired', async () => {
    const id = await world.newUser().session();
    expect(await json('verify')).toMatchObject({ sound: true, missing: 0, leftOver: 0, repaired: null });
    const redis = new Redis(world.service.redisUrl);
    await redis.del(...(await redis.keys(`*:session:${id}`)));
    redis.disconnect();
    const found = await sap2(['verify', '--json']);
    expect(found.code).toBe(4);
    expect(JSON.parse(found.out)).toMatchObject({
      missing: 1,
      examples: [{ sessionID: id, problem: 'missing' }],
    });
    expect(await json('verify', '--mode', 'repair')).toMatchObject({ sound: true, repaired: { putBack: 1 } });
    expect((await json('verify'))['sound']).toBe(true);
  });
});

describe('the command line', () => {
  it('ran every command here', () => {
    const commands = COMMANDS.map(nameOf);
    expect(commands.filter((name) => !run.has(name))).toEqual([]);
  });

  it('says what is wrong: an option, a value, a field, the configuration', async () => {
    expect((await sap2(['user', 'list', '--colour', 'red'])).code).toBe(2);
    expect((await sap2(['user', 'list', '--limit', 'many'])).code).toBe(2);
    const tooMany = await sap2(['user', 'list', '--limit', '100000']);
    expect(tooMany.code).toBe(2);
    expect(tooMany.err).toContain('?limit');
    expect((await sap2(['user', 'list'], '', { SAP2_DB_POOL: 'big' })).err).toContain('SAP2_DB_POOL');
    expect((await sap2(['nothing'])).code).toBe(2);
    const told = await sap2(['user', 'list', '--colour', 'red', '--json']);
    expect(JSON.parse(told.out)).toEqual({ detail: expect.stringContaining('--colour') as unknown });
  });

  it('says that a store is away', async () => {
    const [database, redis] = [new URL(world.service.databaseUrl), new URL(world.service.redisUrl)];
    database.username = 'nobody';
    redis.password = 'wrong';
    for (const changes of [
      { DATABASE_URL: 'postgres://127.0.0.1:9/nothing' },
      { DATABASE_URL: database.href },
      { REDIS_URL: 'redis://127.0.0.1:9' },
      { REDIS_URL: redis.href },
    ])
      expect((await sap2(['user', 'list'], '', changes)).code).toBe(3);
    expect((await sap2(['migrate'], '', { DATABASE_URL: database.href })).code).toBe(3);
    expect((await sap2(['migrate', '--json'])).out).toBe('{"applied":[]}');
  });

  it('V8: never says a secret', () => {
    const keys = TEST_ENVIRONMENT.SAP2_SECRET_KEYS.slice(5);
    const secrets = [SECRET, 'builder-0001', 'from-stdin-0001', ASKED_FOR, keys];
    expect(said.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  });
});
