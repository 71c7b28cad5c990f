import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AdminClient } from '../../support/service/admin-client.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

let service: ServiceUnderTest;
let admin: AdminClient;
beforeAll(async () => {
  service = await startServiceUnderTest();
  admin = new AdminClient(service.adminUrl);
});
afterAll(() => service.stop());

let names = 0;
async function newAdministrator(scopes: readonly string[], more: object = {}) {
  const name = `helper-${++names}`;
  const created = await admin.ask('POST', '/administrators', { body: { name, scopes, ...more } });
  expect(created.status).toBe(201);
  const { token } = created.json as { token: string };
  return { name, token, path: `/administrators/${name}`, client: admin.as(token) };
}

/** One request for each scope that allows it beyond `admin`. */
const BY_SCOPE = [
  ['read', 'GET', '/users', undefined],
  ['users', 'POST', '/users/wv:nobody@provider.example/unlock', undefined],
  ['sessions', 'DELETE', '/sessions/none', undefined],
  ['agreements', 'PATCH', '/domains/none.example', {}],
  ['admin', 'GET', '/administrators', undefined],
] as const;

describe('administrators over REST', () => {
  it.each(BY_SCOPE.map(([scope]) => [scope]))(
    'have what their scope says, and no more: %s',
    async (scope) => {
      const { client } = await newAdministrator([scope]);
      for (const [needed, method, path, body] of BY_SCOPE) {
        const { status } = await client.ask(method, path, { body });
        const isAllowed = scope === 'admin' || needed === scope;
        expect([needed, status === 403]).toEqual([needed, !isAllowed]);
      }
    },
  );

  it('get their token once, and no answer shows it afterwards', async () => {
    const { token, path } = await newAdministrator(['read']);
    const texts = await Promise.all(
      [path, '/administrators', '/audit?limit=500'].map((one) => admin.ask('GET', one)),
    );
    expect(texts.filter(({ text }) => text.includes(token))).toEqual([]);
    expect(service.log.join('')).not.toContain(token);
    expect((await admin.ask('GET', path)).json).toMatchObject({
      scopes: ['read'],
      expiresAt: null,
      lastUsedAt: null,
    });
  });

  it('get a new token, and the one before it is none any more', async () => {
    const { client, path } = await newAdministrator(['read']);
    expect((await client.ask('GET', '/users')).status).toBe(200);
    const { token } = (await admin.ask('POST', `${path}/token`)).json as { token: string };
    expect((await client.ask('GET', '/users')).status).toBe(401);
    expect((await admin.as(token).ask('GET', '/users')).status).toBe(200);
    expect((await admin.ask('GET', path)).json).toMatchObject({
      lastUsedAt: expect.stringMatching(/Z$/) as unknown,
    });
  });

  it('end when they say so, when somebody says so, and when they are taken away', async () => {
    const past = await newAdministrator(['read'], { expiresAt: '2020-01-01T00:00:00Z' });
    expect((await past.client.ask('GET', '/users')).status).toBe(401);
    await admin.ask('PATCH', past.path, { body: { expiresAt: null } });
    expect((await past.client.ask('GET', '/users')).status).toBe(200);
    await admin.ask('PATCH', past.path, { body: { scopes: ['sessions'] }, headers: { 'If-Match': '"2"' } });
    expect((await past.client.ask('GET', '/users')).status).toBe(403);
    expect((await admin.ask('DELETE', past.path, { headers: { 'If-Match': '"2"' } })).status).toBe(412);
    expect((await admin.ask('DELETE', past.path)).status).toBe(204);
    expect((await past.client.ask('GET', '/users')).status).toBe(401);
  });

  it('cannot all lock themselves out, not even two at the same moment', async () => {
    const { items } = (await admin.ask('GET', '/administrators?limit=500')).json as {
      items: { name: string }[];
    };
    for (const { name } of items.filter((one) => one.name !== 'tester'))
      await admin.ask('DELETE', `/administrators/${name}`);
    const other = await newAdministrator(['admin']);
    const both = await Promise.all([
      admin.ask('DELETE', other.path),
      other.client.ask('DELETE', '/administrators/tester'),
    ]);
    expect(both.filter(({ status }) => status === 204)).toHaveLength(1);
    const left = both[0].status === 204 ? admin : other.client;
    const name = both[0].status === 204 ? 'tester' : other.name;
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { scopes: ['read'] }],
      ['PATCH', { expiresAt: '2099-01-01T00:00:00Z' }],
    ] as const)
      expect((await left.ask(method, `/administrators/${name}`, { body })).status).toBe(409);
    admin = left;
  });

  it.each([
    ['POST', '/administrators', { name: 'a b', scopes: ['read'] }, 400],
    ['POST', '/administrators', { name: 'x', scopes: [] }, 400],
    ['POST', '/administrators', { name: 'x', scopes: ['everything'] }, 400],
    ['POST', '/administrators', { name: 'x', scopes: ['read'], token: 'mine' }, 400],
    ['GET', '/administrators/nobody', undefined, 404],
    ['PATCH', '/administrators/nobody', {}, 404],
    ['DELETE', '/administrators/nobody', undefined, 404],
    ['POST', '/administrators/nobody/token', undefined, 404],
  ])('%s %s %j is refused: %d', async (method, path, body, status) => {
    expect((await admin.ask(method, path, { body })).status).toBe(status);
  });
});
