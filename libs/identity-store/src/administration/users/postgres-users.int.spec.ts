import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Actor, CreationRepeatedError, type UserPageRequest } from '@sap2/administration';
import type { AccountID, EndCause } from '@sap2/session-core';
import {
  accountNamed,
  ALICE,
  aSession,
  aUser,
  BOB,
  clientAt,
  describeUsersContract,
  outcomeOf,
  plain,
  PROVIDER,
} from '@sap2/test-support';
import { storeUnderTest, type StoreUnderTest } from '../../store-under-test.fixture.js';
import { searchStatement } from './user-search.js';

const ROOT: Actor = { name: 'root', from: '192.0.2.1', requestID: 'r1' };
const ANYBODY: UserPageRequest = {
  prefix: undefined,
  domain: undefined,
  suspended: undefined,
  after: undefined,
  limit: 50,
};

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(() => test.reset());

let clients = 0;
const logIn = async (account: AccountID, password?: string) => {
  const found = await test.store.accounts.find(account);
  if (password !== undefined) {
    expect(await test.store.credentials.passwordMatches(found, password)).toBe(true);
  }
  const session = aSession({ account, client: clientAt(`client-${++clients}`) });
  const birth = { session, transactionID: session.id, accountVersion: found?.version ?? 0 };
  const policy = { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' } as const;
  const outcome = await outcomeOf(test.store.ledger.open(birth, policy));
  if (outcome.kind !== 'opened') throw new Error(outcome.kind);
  return session.id;
};

describeUsersContract('PostgresUsers', async () => ({
  users: plain(test.store.users),
  logIn,
  isLive: async (id) => (await test.store.ledger.find(id)) !== undefined,
  owedFor: async (id) => {
    const rows = await test.sql<{ cause: EndCause }>(
      `SELECT cause FROM disconnect_outbox WHERE session_id = $1 AND state = 'pending'`,
      [id],
    );
    return rows[0]?.cause;
  },
}));

describe('PostgresUsers', () => {
  it('V8: writes neither password nor hash into the audit, and who did what', async () => {
    const users = plain(test.store.users);
    const id = accountNamed('audited');
    await users.create(ROOT, aUser({ id }));
    const credentials = { kind: 'password', password: 'Sesame-open', challengeLogin: true } as const;
    const request = { id, action: 'user.password', change: { credentials }, expectedRevision: 1 } as const;
    await users.change(ROOT, request);
    await users.delete(ROOT, id, undefined);
    const entries = await test.sql<{ action: string }>(
      'SELECT * FROM audit_entry WHERE target = $1 ORDER BY seq',
      [`user ${id}`],
    );
    expect(entries.map(({ action }) => action)).toEqual(['user.create', 'user.password', 'user.delete']);
    expect(JSON.stringify(entries)).not.toMatch(/Sesame|first password|argon2|v1\./);
  });

  it('notes nothing in the audit of what was refused or changes nothing', async () => {
    const users = plain(test.store.users);
    const count = () => test.sql('SELECT count(*) FROM audit_entry');
    const before = await count();
    await users.create(ROOT, aUser({ id: ALICE }));
    const change = { suspension: { suspended: false } } as const;
    const request = { id: ALICE, action: 'user.reactivate', change, expectedRevision: undefined } as const;
    await users.change(ROOT, request);
    await users.change(ROOT, { ...request, expectedRevision: 9 });
    const same = { credentials: passwordOf(ALICE), id: ALICE, domain: PROVIDER, suspension: undefined };
    expect((await users.importBatch(ROOT, [same], { dryRun: false })).statuses).toEqual(['unchanged']);
    expect(await count()).toEqual(before);
  });

  it('a login with the password of a user deleted meanwhile does not stand with the next of that name', async () => {
    const authenticated = await test.store.accounts.find(ALICE);
    await test.store.users.delete(ROOT, ALICE, undefined);
    await test.store.users.create(ROOT, aUser({ id: ALICE }));
    expect((await test.store.accounts.find(ALICE))?.version).not.toBe(authenticated?.version);
  });

  it('a creation that is refused leaves its key free; one that is repeated is undone', async () => {
    const { creations } = test.store;
    const users = plain(test.store.users);
    const actor = { ...ROOT, creation: { key: 'k', contentHash: 'h' } };
    expect(await users.create(actor, aUser({ id: ALICE }))).toEqual({ kind: 'exists' });
    expect(await creations.find('root', 'k')).toBeUndefined();
    const carol = accountNamed('carol');
    await users.create(actor, aUser({ id: carol }));
    expect(await creations.find('root', 'k')).toEqual({ contentHash: 'h', location: carol });
    await expect(users.create(actor, aUser({ id: accountNamed('dora') }))).rejects.toThrow(
      CreationRepeatedError,
    );
  });

  it('an import compares a password that is not recoverable by its hash, and heals an unreadable secret', async () => {
    const { accounts } = test.store;
    const users = plain(test.store.users);
    const unrecoverable = { kind: 'password', password: 'first password', challengeLogin: false } as const;
    const wanted = aUser({ id: accountNamed('hash'), credentials: unrecoverable });
    await users.create(ROOT, wanted);
    const again = (credentials = wanted.credentials) =>
      users.importBatch(ROOT, [{ ...wanted, credentials }], { dryRun: false });
    expect((await again()).statuses).toEqual(['unchanged']);
    const before = await accounts.find(wanted.id);
    expect((await again({ ...unrecoverable, challengeLogin: true })).statuses).toEqual(['changed']);
    await test.sql(`UPDATE account SET recoverable_secret = 'v1.lost.x.y' WHERE id = $1`, [wanted.id]);
    expect((await again({ ...unrecoverable, challengeLogin: true })).statuses).toEqual(['changed']);
    expect((await again({ ...unrecoverable, challengeLogin: true })).statuses).toEqual(['unchanged']);
    const after = await accounts.find(wanted.id);
    expect(after?.version).toBe(before?.version);
    expect(after?.credentials.passwordHash).toBe(before?.credentials.passwordHash);
  });

  it('an import takes a hash as it is, and again changes nothing', async () => {
    const { accounts, credentials } = test.store;
    const users = plain(test.store.users);
    const alice = await accounts.find(ALICE);
    const given = { kind: 'hash', passwordHash: alice?.credentials.passwordHash ?? '' } as const;
    const wanted = aUser({ id: accountNamed('moved'), credentials: given });
    for (const status of ['created', 'unchanged']) {
      expect((await users.importBatch(ROOT, [wanted], { dryRun: false })).statuses).toEqual([status]);
    }
    const moved = await accounts.find(wanted.id);
    expect(await credentials.passwordMatches(moved, `password of ${ALICE}`)).toBe(true);
    expect(moved?.credentials.recoverableSecret).toBeUndefined();
  });

  it('two imports of the same users at once create each once, and one changes what the other made', async () => {
    const wanted = Array.from({ length: 50 }, (_, i) => aUser({ id: accountNamed(`twice-${i}`) }));
    const imports = [wanted, wanted.toReversed()].map((batch) =>
      plain(test.store.users).importBatch(ROOT, batch, { dryRun: false }),
    );
    const statuses = (await Promise.all(imports)).flatMap((one) => one.statuses);
    expect(statuses.toSorted()).toEqual([
      ...Array<string>(50).fill('created'),
      ...Array<string>(50).fill('unchanged'),
    ]);
  });

  it('a change and logins at once: whatever stays live was opened after it', async () => {
    const change = { credentials: passwordOf(BOB) };
    const request = { id: BOB, action: 'user.password', change, expectedRevision: undefined } as const;
    const logins = Array.from({ length: 8 }, () => logIn(BOB).catch((error: Error) => error.message));
    const outcome = await outcomeOf(test.store.users.change(ROOT, request));
    const opened = await Promise.all(logins);
    const account = await test.store.accounts.find(BOB);
    expect(account?.version).toBe(2);
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);
    const live = await test.store.ledger.page({ after: undefined, limit: 50, account: BOB, peer: undefined });
    const born = opened.filter((one) => one !== 'account-changed');
    expect(outcome.ended.length + live.length).toBe(born.length);
  });
});

const passwordOf = (id: AccountID) =>
  ({ kind: 'password', password: `password of ${id}`, challengeLogin: true }) as const;

describe('a search among 60 000 users', () => {
  beforeEach(async () => {
    await test.sql(`INSERT INTO domain (name) VALUES ('second.example')`);
    await test.sql(`
      INSERT INTO account (id, domain, password_hash, suspended)
      SELECT 'wv:user' || i || '@' || d, d, 'none', i % 997 = 0
      FROM generate_series(1, 30000) AS i, unnest(ARRAY['${PROVIDER}', 'second.example']) AS d`);
    await test.sql('ANALYZE account');
  });

  it.each<[string, Partial<UserPageRequest>]>([
    ['nothing', {}],
    ['a page far behind', { after: `wv:user9@${PROVIDER}` as AccountID }],
    ['a prefix', { prefix: 'wv:user29' }],
    ['a domain', { domain: PROVIDER }],
    ['a suspension', { suspended: true }],
    ['no suspension', { suspended: false }],
    ['everything', { prefix: 'wv:user2', domain: PROVIDER, suspended: true }],
  ])('by %s reads through an index', async (_, filter) => {
    const [text, parameters] = searchStatement({ ...ANYBODY, ...filter });
    const rows = await test.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [...parameters]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan (?:using|on) account_/);
    expect(plan).not.toMatch(/Seq Scan/);
  });
});
