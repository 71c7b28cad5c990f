import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { AdminClient, type AdminAnswer } from '../../support/service/admin-client.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

const READER = 'token-of-an-administrator-who-reads';

let service: ServiceUnderTest;
let sap1: RawSap1;
let admin: AdminClient;

beforeAll(async () => {
  service = await startServiceUnderTest();
  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  await database.query(
    `INSERT INTO administrator (name, token_hash, scopes) VALUES ('reader', $1, '{read}')`,
    [createHash('sha256').update(READER).digest('hex')],
  );
  await database.end();
  sap1 = await new RawSap1(service.sspUrl, {
    serviceID: 'wv:@operator.example',
    secret: 'operator-secret-0001',
  }).connect();
  admin = new AdminClient(service.adminUrl);
});
afterAll(async () => {
  sap1.close();
  await service.stop();
});

const PASSWORD = 'a long secret';
let made = 0;

/** A user that no other test knows, and its path. */
async function newUser(
  body: object = {},
): Promise<{ readonly userID: string; readonly path: string; readonly user: RawUser }> {
  const userID = `wv:user-${++made}@provider.example`;
  const answer = await admin.ask('POST', '/users', { body: { userID, password: PASSWORD, ...body } });
  expect(answer.status).toBe(201);
  return { userID, path: `/users/${userID}`, user: new RawUser(sap1, userID, PASSWORD).on(`client-${made}`) };
}

const codeOf = async (session: string, user: RawUser): Promise<number> =>
  (await user.keepAlive(session)).code;

const expectProblem = (answer: AdminAnswer, status: number, pointer?: string): void => {
  expect(answer.headers.get('Content-Type')).toMatch('application/problem+json');
  expect(answer.json).toMatchObject({
    status,
    ...(pointer === undefined ? {} : { errors: [expect.objectContaining({ pointer })] }),
  });
};

describe('a user that administrators create', () => {
  it('can log in, and is shown without what it proves itself with', async () => {
    const { userID, path, user } = await newUser();
    expect((await user.logIn()).code).toBe(200);
    const { status, json, headers } = await admin.ask('GET', path);
    expect(status).toBe(200);
    expect(headers.get('ETag')).toBe('"1"');
    expect(json).toEqual({
      userID,
      domain: 'provider.example',
      suspended: false,
      suspendedReason: null,
      challengeLogin: true,
      failedLogins: 0,
      lockedUntil: null,
      lastLoginAt: expect.stringMatching(/Z$/),
      lastLoginBy: 'wv:@operator.example',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      revision: 1,
    });
  });

  it('is one user however its name is written', async () => {
    const { userID, path } = await newUser();
    const local = userID.slice('wv:'.length).toUpperCase();
    for (const name of [local, `${local}.`, local.replace('USER', 'ＵＳＥＲ'), userID]) {
      expectProblem(await admin.ask('POST', '/users', { body: { userID: name, password: PASSWORD } }), 409);
      const found = await admin.ask('GET', `/users/${encodeURIComponent(name)}`);
      expect(found.json).toMatchObject({ userID });
    }
    expect((await admin.ask('DELETE', `/users/${encodeURIComponent(local)}`)).status).toBe(204);
    expectProblem(await admin.ask('GET', path), 404);
  });

  it('under one Idempotency-Key is created once and shown again; the key is good for nothing else', async () => {
    const headers = { 'Idempotency-Key': 'create-once' };
    const body = { userID: 'once@provider.example', password: PASSWORD };
    const first = await admin.ask('POST', '/users', { body, headers });
    expect(first.status).toBe(201);
    expect(first.headers.get('Location')).toBe(
      `/admin/v1/users/${encodeURIComponent('wv:once@provider.example')}`,
    );
    const again = await admin.ask('POST', '/users', { body, headers });
    expect([again.status, again.json]).toEqual([201, first.json]);
    expectProblem(
      await admin.ask('POST', '/users', { body: { ...body, password: 'another one' }, headers }),
      422,
    );
    await admin.ask('DELETE', '/users/once@provider.example');
    expectProblem(await admin.ask('POST', '/users', { body, headers }), 409);
  });

  it.each<[string, object, string]>([
    ['no user id', { userID: 'nobody', password: PASSWORD }, '/userID'],
    ['a domain that is not served', { userID: 'a@nowhere.example', password: PASSWORD }, '/userID'],
    ['no password', { userID: 'a@provider.example' }, '/password'],
    ['a short password', { userID: 'a@provider.example', password: 'short' }, '/password'],
    ['a hash of another kind', { userID: 'a@provider.example', passwordHash: '$2b$10$x' }, '/passwordHash'],
    ['an unknown field', { userID: 'a@provider.example', password: PASSWORD, admin: true }, '/admin'],
    ['a number for a password', { userID: 'a@provider.example', password: 12345678 }, '/password'],
    [
      'a reason of its own',
      { userID: 'a@provider.example', password: PASSWORD, suspendedReason: 'x' },
      '/suspendedReason',
    ],
  ])('is refused with %s', async (_, body, pointer) => {
    expectProblem(await admin.ask('POST', '/users', { body }), 400, pointer);
  });

  it('without challenge login fails phase 2 like a wrong password, and phase 1 tells nothing', async () => {
    const { user, path } = await newUser({ challengeLogin: false });
    const other = await newUser();
    const challenges = [await user.challenge('SHA'), await other.user.challenge('SHA')];
    expect(challenges.map(({ code }) => code)).toEqual([401, 401]);
    const nonces = challenges.map((answer) => answer.primitive.child('Nonce')?.text ?? '');
    expect((await user.respond('SHA', nonces[0] ?? '')).code).toBe(409);
    expect((await other.user.respond('SHA', nonces[1] ?? '')).code).toBe(200);
    expect((await user.logIn()).code).toBe(200);
    expect((await admin.ask('GET', path)).json).toMatchObject({ challengeLogin: false });
  });
});

describe('users that are listed', () => {
  const list = async (query: string) => {
    const { status, json } = await admin.ask('GET', `/users?${query}`);
    expect(status).toBe(200);
    return json as {
      readonly items: readonly { readonly userID: string }[];
      readonly nextCursor: string | null;
    };
  };

  it('come page by page, each once, by the beginning of their names', async () => {
    for (const name of ['list-a', 'list-b', 'list-c'])
      await admin.ask('POST', '/users', { body: { userID: `${name}@provider.example`, password: PASSWORD } });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`prefix=LIST-&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ userID }) => userID));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['a', 'b', 'c'].map((name) => `wv:list-${name}@provider.example`));
    expect((await list('prefix=list-&domain=silent.example')).items).toEqual([]);
    expect((await list('prefix=list-&suspended=true')).items).toEqual([]);
  });

  it.each([
    ['cursor=forged', '?cursor'],
    ['limit=0', '?limit'],
    ['suspended=perhaps', '?suspended'],
    ['domain=a%20b', '?domain'],
    ['prefix=a%00b', '?prefix'],
    ['name=x', '?name'],
  ])('refuse %s', async (query, pointer) => {
    expectProblem(await admin.ask('GET', `/users?${query}`), 400, pointer);
  });
});

describe('what ends the sessions of a user', () => {
  it.each<[string, string, string, object | undefined, object | undefined]>([
    ['a suspension', 'POST', '/suspend', { reason: 'abuse' }, { suspended: true }],
    ['a new password', 'PUT', '/password', { password: 'another secret' }, { suspended: false }],
    ['a deletion', 'DELETE', '', undefined, undefined],
    ['a patch that suspends', 'PATCH', '', { suspended: true }, { suspended: true }],
    ['an administrator', 'POST', '/end-sessions', { reason: 'by order' }, { ended: 2 }],
  ])('V1: %s', async (_, method, operation, body, told) => {
    const { path, user } = await newUser();
    const sessions = [await user.session(), await user.on('tablet').session()];
    const answer = await admin.ask(method, `${path}${operation}`, { body });
    expect(answer.status).toBe(told === undefined ? 204 : 200);
    expect(answer.json ?? {}).toMatchObject(told ?? {});
    expect(await codeOf(sessions[0] ?? '', user)).toBe(601);
    expect(await codeOf(sessions[1] ?? '', user.on('tablet'))).toBe(601);
  });

  it('is no reactivation and no unlock', async () => {
    const { path, user } = await newUser();
    const session = await user.session();
    expect((await admin.ask('POST', `${path}/reactivate`)).status).toBe(200);
    expect((await admin.ask('POST', `${path}/unlock`)).status).toBe(204);
    const patched = await admin.ask('PATCH', path, { body: { challengeLogin: false } });
    expect(patched.json).toMatchObject({ challengeLogin: false, revision: 2 });
    expect(await codeOf(session, user)).toBe(200);
  });
});

describe('a user', () => {
  it('that is suspended is refused, with the reason only for the right password, until it is reactivated', async () => {
    const { path, user } = await newUser();
    await admin.ask('POST', `${path}/suspend`, { body: { reason: 'abuse' } });
    expect((await user.logIn()).code).toBe(403);
    expect((await user.as({ password: 'a guess' }).logIn()).code).toBe(409);
    expect((await admin.ask('GET', path)).json).toMatchObject({ suspended: true, suspendedReason: 'abuse' });
    const { json } = await admin.ask('POST', `${path}/reactivate`);
    expect(json).toMatchObject({ suspended: false, suspendedReason: null });
    expect((await user.logIn()).code).toBe(200);
  });

  it('that guessed too often gets in again once it is unlocked', async () => {
    const { path, user } = await newUser();
    for (let guess = 0; guess < 5; guess++) await user.as({ password: `guess ${guess}` }).logIn();
    expect((await user.logIn()).code).toBe(503);
    expect((await admin.ask('POST', `${path}/unlock`)).status).toBe(204);
    expect((await user.logIn()).code).toBe(200);
  });

  it('is changed only from the revision that a change is based on', async () => {
    const { path } = await newUser();
    const etag = { 'If-Match': '"1"' };
    const changes: [string, string, unknown][] = [
      ['PATCH', path, { suspended: false }],
      ['PUT', `${path}/password`, { password: 'another secret' }],
      ['POST', `${path}/suspend`, { reason: 'x' }],
      ['POST', `${path}/reactivate`, undefined],
      ['DELETE', path, undefined],
    ];
    expect(
      (await admin.ask('POST', `${path}/suspend`, { body: { reason: 'abuse' }, headers: etag })).status,
    ).toBe(200);
    for (const [method, to, body] of changes) {
      expectProblem(await admin.ask(method, to, { body, headers: etag }), 412);
    }
    expect((await admin.ask('DELETE', path, { headers: { 'If-Match': '"2"' } })).status).toBe(204);
  });

  const OPERATIONS: [string, string, unknown][] = [
    ['GET', '', undefined],
    ['PATCH', '', {}],
    ['DELETE', '', undefined],
    ['PUT', '/password', { password: PASSWORD }],
    ['POST', '/suspend', { reason: 'x' }],
    ['POST', '/reactivate', undefined],
    ['POST', '/unlock', undefined],
    ['POST', '/end-sessions', undefined],
  ];

  it.each(OPERATIONS)('that is not there is 404 to %s %s', async (method, operation, body) => {
    const longest = `${'ü'.repeat(280)}@provider.example`;
    for (const name of ['wv:nobody@provider.example', 'no-name', 'a@provider.example%2Fhome', longest]) {
      expectProblem(await admin.ask(method, `/users/${name}${operation}`, { body }), 404);
    }
  });

  it.each([
    ...OPERATIONS.map(
      ([method, operation, body]) => [method, `/users/wv:alice@provider.example${operation}`, body] as const,
    ),
    ['POST', '/users', { userID: 'a@provider.example', password: PASSWORD }] as const,
    ['POST', '/users/import', undefined] as const,
    ['GET', '/users', undefined] as const,
    ['GET', '/users/export', undefined] as const,
  ])('%s %s needs a token, and to change anything the scope "users"', async (method, path, body) => {
    expectProblem(await admin.as('nobody').ask(method, path, { body }), 401);
    const asReader = await admin.as(READER).ask(method, path, { body });
    expect(asReader.status).toBe(method === 'GET' ? 200 : 403);
  });

  it.each<[string, string, unknown, string]>([
    ['PATCH', '', { challengeLogin: true }, '/challengeLogin'],
    ['PATCH', '', { password: PASSWORD }, '/password'],
    ['PUT', '/password', { password: 'short' }, '/password'],
    ['PUT', '/password', {}, '/password'],
    ['POST', '/suspend', {}, '/reason'],
    ['POST', '/suspend', { reason: 'a\nb' }, '/reason'],
    ['POST', '/end-sessions', { reason: '' }, '/reason'],
  ])('refuses %s %s of what cannot be', async (method, operation, body, pointer) => {
    const answer = await admin.ask(method, `/users/wv:alice@provider.example${operation}`, { body });
    expectProblem(answer, 400, pointer);
  });

  it('V8: leaves no password and no hash in the log, the audit or an answer', async () => {
    const { path } = await newUser({ password: 'Sesame-open-1' });
    const answers = [
      await admin.ask('PUT', `${path}/password`, { body: { password: 'Sesame-open-2' } }),
      await admin.ask('GET', path),
      await admin.ask('POST', '/users', {
        body: { userID: 'a@provider.example', password: 'Sesame', x: 'Sesame' },
      }),
      await admin.ask('GET', '/audit?limit=500'),
    ];
    const said = [...answers.map(({ text }) => text), ...service.log].join('\n');
    expect(said).toContain('user.password');
    expect(said).not.toMatch(/Sesame|\$argon2id\$v=19\$m=\d+,t=\d+,p=1\$[A-Za-z0-9+/]{8}/);
  });
});
