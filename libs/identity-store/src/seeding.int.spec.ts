import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ALICE, aSession, BOB, clientAt, OPERATOR, OTHER_OPERATOR, PROVIDER } from '@sap2/test-support';
import type { UserSession } from '@sap2/session-core';
import {
  agreementWith,
  seed,
  storeUnderTest,
  type StoreUnderTest,
  WORLD,
} from './store-under-test.fixture.js';
import { type Seed, SeedError } from '@sap2/administration';

type Administrator = NonNullable<Seed['administrators'][number]>;

const NOTHING = { domains: 0, agreements: 0, users: 0, administrators: 0, endedSessions: 0 };
const ROOT: Administrator = { name: 'root', token: 'a long and random token', scopes: ['admin'] };

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(() => test.reset());

const apply = (changes: Partial<Seed>) =>
  seed(test.store, { domains: [], agreements: [], users: [], administrators: [], ...changes });

const open = async (session: UserSession): Promise<UserSession> => {
  const account = await test.store.accounts.find(session.account);
  await test.store.ledger.open(
    { session, transactionID: session.id, accountVersion: account?.version ?? 0 },
    { sameClient: 'takeover', sessionsPerUser: 8, overLimit: 'evict-oldest' },
  );
  return session;
};

const everything = async (): Promise<unknown> => [
  await test.sql('SELECT * FROM domain ORDER BY 1'),
  await test.sql('SELECT * FROM agreement ORDER BY 1'),
  await test.sql('SELECT * FROM agreement_domain ORDER BY 1, 2'),
  await test.sql('SELECT * FROM account ORDER BY 1'),
  await test.sql('SELECT * FROM administrator ORDER BY 1'),
];

const secretsOf = (peer: string) => {
  const agreement = test.store.agreements.ofPeer(peer);
  return { accepted: agreement?.acceptedSecrets, signing: agreement?.signingSecrets };
};

const causes = async (): Promise<unknown> =>
  test.sql('SELECT session_id, cause, state FROM disconnect_outbox ORDER BY id');

describe('a seed file', () => {
  it('applied again changes nothing and ends nothing', async () => {
    await apply({ administrators: [ROOT] });
    const session = await open(aSession());
    const before = await everything();
    expect(await seed(test.store, { ...WORLD, administrators: [ROOT] })).toEqual(NOTHING);
    expect(await everything()).toEqual(before);
    expect(await test.store.ledger.find(session.id)).toEqual(session);
  });

  it('applied by two processes at once is applied once', async () => {
    await test.sql('TRUNCATE account, agreement_domain, agreement_secret, agreement, domain, live_session');
    const summaries = await Promise.all([1, 2, 3].map(() => seed(test.store, WORLD)));
    expect(summaries.filter(({ users }) => users > 0)).toHaveLength(1);
    expect(await test.sql('SELECT revision FROM account')).toEqual([{ revision: 1 }, { revision: 1 }]);
  });

  it('brings what is new, and what it leaves out stays', async () => {
    const carol = `wv:carol@${PROVIDER}`;
    expect(await apply({ users: [{ userID: carol, password: 'new' }] })).toEqual({ ...NOTHING, users: 1 });
    expect(await test.sql('SELECT id FROM account ORDER BY 1')).toEqual([
      { id: ALICE },
      { id: BOB },
      { id: carol },
    ]);
    expect(test.store.directory.entitlement(OPERATOR)?.domains).toEqual(new Set([PROVIDER]));
  });

  it('with a new password raises the version and ends the sessions of that user with it', async () => {
    const before = await test.store.accounts.find(ALICE);
    const hers = await open(aSession());
    const his = await open(aSession({ account: BOB }));
    const users = [ALICE, BOB].map((userID) => ({ userID, password: `password of ${userID}` }));
    const summary = await apply({ users: [{ ...users[0]!, password: 'changed' }, users[1]!] });
    expect(summary).toEqual({ ...NOTHING, users: 1, endedSessions: 1 });
    expect(await test.store.ledger.find(his.id)).toEqual(his);
    expect(await causes()).toEqual([{ session_id: hers.id, cause: 'credentials-changed', state: 'pending' }]);
    const alice = await test.store.accounts.find(ALICE);
    expect(alice?.version).toBe((before?.version ?? 0) + 1);
    expect(await test.store.credentials.passwordMatches(alice, 'changed')).toBe(true);
    expect(await test.store.credentials.passwordMatches(alice, `password of ${ALICE}`)).toBe(false);
  });

  it('that disables an agreement ends the sessions of that peer with it', async () => {
    const theirs = await open(aSession());
    const others = await open(aSession({ peer: OTHER_OPERATOR, client: clientAt('other') }));
    const summary = await apply({ agreements: [agreementWith(OPERATOR, { enabled: false })] });
    expect(summary).toEqual({ ...NOTHING, agreements: 1, endedSessions: 1 });
    expect(await causes()).toEqual([{ session_id: theirs.id, cause: 'agreement-ended', state: 'pending' }]);
    expect(await test.store.ledger.find(others.id)).toEqual(others);
    expect(test.store.directory.entitlement(OPERATOR)).toBeUndefined();
    expect(test.store.agreements.ofPeer(OPERATOR)).toBeUndefined();
  });

  it('that takes a domain from an agreement ends the sessions in that domain', async () => {
    await apply({
      domains: [{ name: 'second.example' }],
      agreements: [agreementWith(OPERATOR, { domains: [PROVIDER, 'second.example'] })],
    });
    const session = await open(aSession());
    expect(await apply({ agreements: [agreementWith(OPERATOR, { domains: ['second.example'] })] })).toEqual({
      ...NOTHING,
      agreements: 1,
      endedSessions: 1,
    });
    expect(await causes()).toEqual([{ session_id: session.id, cause: 'agreement-ended', state: 'pending' }]);
    expect(test.store.directory.entitlement(OPERATOR)?.domains).toEqual(new Set(['second.example']));
  });

  it('F13: keeps a second secret that is there for a rotation, and replaces one that it does not know', async () => {
    const given = test.store.vault.seal('newer', `agreement ${OPERATOR}`);
    await test.sql(
      `INSERT INTO agreement_secret (service_id, direction, secret) VALUES ($1, 'inbound', $2)`,
      [OPERATOR, given],
    );
    expect(await seed(test.store, WORLD)).toEqual(NOTHING);
    const known = `secret of ${OPERATOR}`;
    expect(secretsOf(OPERATOR)).toEqual({ accepted: ['newer', known], signing: [known] });
    await apply({ agreements: [agreementWith(OPERATOR, { sharedSecret: 'quite another' })] });
    expect(secretsOf(OPERATOR)).toEqual({ accepted: ['quite another'], signing: ['quite another'] });
  });

  it('fills what an older version reads, and takes what an older version writes', async () => {
    const { vault } = test.store;
    const sealed = (secret: string) => vault.seal(secret, `agreement ${OPERATOR}`);
    const older = async (): Promise<string[] | undefined> => {
      const [row] = await test.sql<{ shared_secrets: string[] }>(
        'SELECT shared_secrets FROM agreement WHERE service_id = $1',
        [OPERATOR],
      );
      return row?.shared_secrets.map((text) => vault.open(text, `agreement ${OPERATOR}`));
    };
    expect(new Set(await older())).toEqual(new Set([`secret of ${OPERATOR}`]));
    await test.sql('UPDATE agreement SET shared_secrets = $2 WHERE service_id = $1', [
      OPERATOR,
      [sealed('newer'), sealed('older')],
    ]);
    await seed(test.store, { ...WORLD, agreements: [] });
    expect(secretsOf(OPERATOR)).toEqual({ accepted: ['newer', 'older'], signing: ['newer', 'older'] });
    expect(await older()).toEqual(['newer', 'older']);
  });

  it('appears in the audit as what administrators do, by the actor "seed"', async () => {
    const lastOf = async () => {
      const [{ seq } = { seq: '0' }] = await test.sql<{ seq: string }>(
        'SELECT max(seq) AS seq FROM audit_entry',
      );
      return seq;
    };
    const before = await lastOf();
    await apply({
      domains: [{ name: 'audited.example' }],
      agreements: [agreementWith(OPERATOR, { sharedSecret: 'quite another', enabled: false })],
      users: [{ userID: 'wv:zoe@audited.example', password: 'p' }],
      administrators: [ROOT],
    });
    const entries = await test.sql(
      'SELECT actor, action, target FROM audit_entry WHERE seq > $1 ORDER BY seq',
      [before],
    );
    expect(entries).toEqual(
      [
        ['domain.create', 'domain audited.example'],
        ['agreement.change', `agreement ${OPERATOR}`],
        ['agreement.rotate', `agreement ${OPERATOR}`],
        ['agreement.rotate', `agreement ${OPERATOR}`],
        ['administrator.create', 'administrator root'],
        ['user.import', 'users'],
      ].map(([action, target]) => ({ actor: 'seed', action, target })),
    );
    const after = await lastOf();
    await apply({ administrators: [ROOT] });
    expect(await lastOf()).toBe(after);
    expect(await test.store.audit.verify()).toMatchObject({ kind: 'sound' });
  });

  it('does not take the last administrator that can do everything, and says so', async () => {
    await apply({ administrators: [ROOT] });
    await expect(apply({ administrators: [{ ...ROOT, scopes: ['read'] }] })).rejects.toThrow(
      'administrators[0].scopes: would leave no administrator with the scope admin and without an end',
    );
    expect(await test.store.administratorBook.byToken(ROOT.token)).toMatchObject({ scopes: ['admin'] });
  });

  it('keeps no secret that could be read without the key', async () => {
    await apply({ administrators: [ROOT] });
    const dump = JSON.stringify(await everything());
    for (const secret of [ROOT.token, `secret of ${OPERATOR}`, `password of ${ALICE}`]) {
      expect(dump).not.toContain(secret);
    }
  });

  it('that is wrong anywhere is not applied at all', async () => {
    const before = await everything();
    const wrong = apply({
      domains: [{ name: 'new.example' }],
      users: [
        { userID: 'x@new.example', password: 'p' },
        { userID: 'x@nowhere.example', password: 'p' },
      ],
    });
    await expect(wrong).rejects.toThrow(SeedError);
    await expect(wrong).rejects.toThrow('users[1].userID: its domain is not a domain');
    expect(await everything()).toEqual(before);
  });

  it('may not give an administrator the token of another one', async () => {
    await apply({ administrators: [ROOT] });
    await expect(apply({ administrators: [{ ...ROOT, name: 'other' }] })).rejects.toThrow(
      'administrators[0].token: is that of an administrator in the database',
    );
  });

  it('says what an administrator may do, and until when; everything and for ever, if it does not', async () => {
    await apply({
      administrators: [
        ROOT,
        { name: 'reader', token: 'reads', scopes: ['read'], expiresAt: '2099-01-01T00:00:00Z' },
      ],
    });
    const stored = 'SELECT name, scopes, expires_at FROM administrator ORDER BY name';
    expect(await test.sql(stored)).toEqual([
      { name: 'reader', scopes: ['read'], expires_at: new Date('2099-01-01T00:00:00Z') },
      { name: 'root', scopes: ['admin'], expires_at: null },
    ]);
    await apply({ administrators: [{ name: 'reader', token: 'reads', scopes: ['read', 'users'] }] });
    expect((await test.sql(stored))[0]).toEqual({
      name: 'reader',
      scopes: ['read', 'users'],
      expires_at: null,
    });
    expect(await test.store.administratorBook.byToken('reads')).toMatchObject({ scopes: ['read', 'users'] });
  });

  it('applies 3000 unchanged users without hashing them, which would take a minute', async () => {
    const users = Array.from({ length: 3_000 }, (_, i) => ({
      userID: `u${i}@${PROVIDER}`,
      password: `p${i}`,
    }));
    expect(await apply({ users })).toEqual({ ...NOTHING, users: 3_000 });
    const start = performance.now();
    expect(await apply({ users })).toEqual(NOTHING);
    // Hashing them once more would take minutes.
    expect(performance.now() - start).toBeLessThan(30_000);
  });
});

describe('an administrator', () => {
  it('is known by the token only, and the minute of its last use is kept', async () => {
    await apply({ administrators: [ROOT] });
    const { administratorBook: administrators } = test.store;
    expect(await administrators.byToken(ROOT.token)).toMatchObject({ name: 'root' });
    const [first] = await test.sql('SELECT last_used_at FROM administrator');
    expect(await administrators.byToken(ROOT.token)).toMatchObject({ name: 'root' });
    expect(await test.sql('SELECT last_used_at FROM administrator')).toEqual([first]);
    for (const wrong of ['', 'root', `${ROOT.token} `])
      expect(await administrators.byToken(wrong)).toBeUndefined();
    await apply({ administrators: [{ ...ROOT, token: 'another' }] });
    expect(await administrators.byToken(ROOT.token)).toBeUndefined();
    expect(await administrators.byToken('another')).toMatchObject({ name: 'root' });
  });
});
