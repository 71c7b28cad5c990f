import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

interface Told {
  readonly status: number;
  readonly etag: string | null;
  readonly json: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Told> {
  const answer = await fetch(`${service.adminUrl}/admin/v1${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    etag: answer.headers.get('ETag'),
    json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

describe('domains over REST', () => {
  it('are created, read, changed on the revision that was read, and deleted', async () => {
    const spInfo = { name: 'New', url: 'https://new.example/', logo: { content: 'aGVsbG8=' } };
    const created = await call('POST', '/domains', { name: 'New.Example', spInfo, services: ['GETSPI'] });
    expect(created).toMatchObject({
      status: 201,
      etag: '"1"',
      json: { name: 'new.example', spInfo, services: ['GETSPI'] },
    });
    expect(await call('GET', '/domains/NEW.example')).toMatchObject({ status: 200, json: created.json });
    const changed = await call('PATCH', '/domains/new.example', { services: null }, { 'If-Match': '"1"' });
    expect(changed).toMatchObject({ status: 200, etag: '"2"', json: { spInfo, services: null } });
    const stale = await call('PATCH', '/domains/new.example', { spInfo: null }, { 'If-Match': '"1"' });
    expect(stale.status).toBe(412);
    expect((await call('DELETE', '/domains/new.example', undefined, { 'If-Match': 'W/"2"' })).status).toBe(
      412,
    );
    expect((await call('DELETE', '/domains/new.example', undefined, { 'If-Match': '"2"' })).status).toBe(204);
    expect((await call('GET', '/domains/new.example')).status).toBe(404);
  });

  it('are created once for one Idempotency-Key, also by two requests at the same moment', async () => {
    const key = { 'Idempotency-Key': 'once-1' };
    const all = await Promise.all(
      [1, 2, 3].map(() => call('POST', '/domains', { name: 'once.example' }, key)),
    );
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(all.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect((await call('POST', '/domains', { name: 'once.example' })).status).toBe(409);
    expect((await call('POST', '/domains', { name: 'other.example' }, key)).status).toBe(422);
    const audit = await call('GET', '/audit?action=domain.create&target=domain%20once.example');
    expect(audit.json['items']).toHaveLength(1);
  });

  it('come in pages', async () => {
    const names: unknown[] = [];
    let cursor = '';
    do {
      const { json } = await call('GET', `/domains?limit=1${cursor}`);
      names.push(...(json['items'] as { name: string }[]).map(({ name }) => name));
      const next = json['nextCursor'] as string | null;
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(names).toEqual(['elsewhere.example', 'once.example', 'provider.example', 'silent.example']);
  });

  it.each([
    ['POST', '/domains', { name: 'no domain' }, 400, '/name'],
    ['POST', '/domains', { name: 'x.example', services: ['TELEPATHY'] }, 400, '/services'],
    ['POST', '/domains', { name: 'x.example', revision: 9 }, 400, '/revision'],
    [
      'POST',
      '/domains',
      { name: 'x.example', spInfo: { name: 'X', url: 'javascript:alert(1)' } },
      400,
      '/spInfo/url',
    ],
    ['PATCH', '/domains/provider.example', { services: ['TELEPATHY'] }, 400, '/services'],
    ['PATCH', '/domains/none.example', {}, 404, undefined],
    ['DELETE', '/domains/none.example', undefined, 404, undefined],
    ['DELETE', '/domains/provider.example', undefined, 409, undefined],
    ['GET', '/domains?cursor=forged', undefined, 400, '?cursor'],
  ])('%s %s %j is refused: %d', async (method, path, body, status, pointer) => {
    const { json, status: got } = await call(method, path, body);
    expect(got).toBe(status);
    expect((json['errors'] as { pointer: string }[])[0]?.pointer).toBe(pointer);
  });

  it('tell what the seed file said', async () => {
    expect((await call('GET', '/domains/provider.example')).json).toMatchObject({
      spInfo: {
        name: 'Example Messaging',
        description: 'Chat <for> everyone',
        url: 'https://provider.example',
      },
    });
  });
});
