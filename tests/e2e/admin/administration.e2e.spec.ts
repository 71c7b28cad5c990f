import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

interface SessionJson {
  readonly id: string;
  readonly account: string;
  readonly userID: string;
  readonly client: object;
  readonly peer: string;
}
interface PageJson {
  readonly items: readonly SessionJson[];
  readonly nextCursor: string | null;
}

let service: ServiceUnderTest;
let sap1: RawSap1;
let alice: RawUser;
const sessions: string[] = [];

beforeAll(async () => {
  service = await startServiceUnderTest();
  sap1 = await new RawSap1(service.sspUrl, {
    serviceID: 'wv:@operator.example',
    secret: 'operator-secret-0001',
  }).connect();
  alice = new RawUser(sap1, 'Alice@provider.example/work', 'alice-secret');
  for (const device of ['a', 'b', 'c', 'd', 'e']) sessions.push(await alice.on(device).session());
});

afterAll(async () => {
  sap1.close();
  await service.stop();
});

const get = async (
  path: string,
): Promise<{ readonly status: number; readonly json: unknown; readonly type: string }> => {
  const answer = await service.admin('GET', path);
  return { status: answer.status, json: await answer.json(), type: answer.headers.get('Content-Type') ?? '' };
};

describe('sessions, as administrators see them', () => {
  it('come in pages that together hold each session once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { json } = await get(`/admin/v1/sessions?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const page = json as PageJson;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(sessions.toReversed());
  });

  it('say whose they are, on which client and over which peer', async () => {
    const { status, json } = await get(`/admin/v1/sessions/${sessions[0]}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: sessions[0],
      account: 'wv:alice@provider.example',
      userID: 'Alice@provider.example/work',
      client: { url: 'a' },
      peer: 'wv:@operator.example',
      keepAliveTimeS: 3600,
      cspVersion: '1.2',
    });
  });

  it('end for good, once', async () => {
    const id = sessions.pop() ?? '';
    expect((await service.admin('DELETE', `/admin/v1/sessions/${id}`)).status).toBe(204);
    expect((await service.admin('DELETE', `/admin/v1/sessions/${id}`)).status).toBe(404);
    expect((await get(`/admin/v1/sessions/${id}`)).status).toBe(404);
    expect((await alice.on('e').keepAlive(id)).code).toBe(601);
    const { json } = await get('/admin/v1/audit?action=session.end');
    const entries = (json as { items: object[] }).items;
    expect(entries).toMatchObject([{ actor: 'tester', target: 'user wv:alice@provider.example' }]);
    expect(JSON.stringify(entries)).not.toContain(id);
  });

  it.each([
    ['/admin/v1/sessions/no-such-id', 404],
    ['/admin/v1/sessions?limit=0', 400],
    ['/admin/v1/sessions?limit=501', 400],
    ['/admin/v1/sessions?limit=1e2', 400],
    ['/admin/v1/sessions?cursor=forged', 400],
    ['/admin/v1/sessions?client=%00', 400],
    ['/admin/v1/audit?target=%00', 400],
    ['/admin/v1/nothing', 404],
  ])('%s is refused with a problem that says why: %d', async (path, status) => {
    const refusal = await get(path);
    expect(refusal).toMatchObject({ status, json: { status } });
    expect(refusal.type).toMatch('application/problem+json');
  });

  it.each([
    ['no token', {}],
    ['another token', { Authorization: 'Bearer of-bad-news' }],
    ['another scheme', { Authorization: 'Basic dGVzdGVyOng=' }],
  ])('are refused with %s', async (_what, headers) => {
    for (const [method, path] of [
      ['GET', '/admin/v1/sessions'],
      ['DELETE', `/admin/v1/sessions/${sessions[0]}`],
    ]) {
      const answer = await fetch(`${service.adminUrl}${path}`, { method: method ?? 'GET', headers });
      expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await alice.on('a').keepAlive(sessions[0] ?? '')).code).toBe(200);
  });
});

describe('the API', () => {
  it('describes itself: at /openapi.json and, for people, at /docs', async () => {
    const document = (await (await fetch(`${service.adminUrl}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, object>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths['/admin/v1/sessions/{id}'] ?? {})).toEqual(['get', 'delete']);
    const page = await fetch(`${service.adminUrl}/docs`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')]);
    expect((await fetch(`${service.adminUrl}/docs/swagger-ui.css`)).status).toBe(200);
  });

  it('answers every request with its id, which the log has too', async () => {
    const named = await fetch(`${service.adminUrl}/admin/v1/sessions/none`, {
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'X-Request-Id': 'my-request.1' },
    });
    expect(named.headers.get('X-Request-Id')).toBe('my-request.1');
    expect(await named.json()).toMatchObject({ requestID: 'my-request.1' });
    const odd = await service.admin('GET', '/admin/v1/sessions');
    expect(odd.headers.get('X-Request-Id')).toMatch(/^[\w-]{36}$/);
    const line = service.log.find((one) => one.includes('my-request.1'));
    expect(line).toMatch(/"administrator":"tester".*"operation":"GET \/admin\/v1\/sessions\/:id"/);
  });

  it.each([
    ['a scope that is not enough', "scopes = '{read}'", 403],
    ['a token that has expired', "scopes = '{admin}', expires_at = now() - interval '1 second'", 401],
    ['a token that will expire', "scopes = '{sessions}', expires_at = now() + interval '1 hour'", 404],
  ])('knows what a token may do: %s', async (_what, set, status) => {
    const client = new pg.Client({ connectionString: service.databaseUrl });
    await client.connect();
    await client.query(`UPDATE administrator SET ${set}`);
    const answer = await service.admin('DELETE', '/admin/v1/sessions/none');
    await client.query(`UPDATE administrator SET scopes = '{admin}', expires_at = NULL`);
    await client.end();
    expect(answer.status).toBe(status);
  });

  it('takes JSON and nothing else', async () => {
    const answer = await fetch(`${service.adminUrl}/admin/v1/sessions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'text/plain' },
      body: 'hello',
    });
    expect([405, 415]).toContain(answer.status);
    expect(answer.headers.get('Content-Type')).toMatch('application/problem+json');
  });
});

describe('health', () => {
  it('is shown to every caller', async () => {
    expect(await (await fetch(`${service.adminUrl}/health/live`)).json()).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    const ready = await fetch(`${service.adminUrl}/health/ready`);
    expect(ready.status).toBe(200);
    const { details } = (await ready.json()) as { details: Record<string, { status: string }> };
    const up = Object.entries(details).map(([name, { status }]) => `${name} ${status}`);
    expect(up).toEqual([
      'gate up',
      'postgresql up',
      'redis up',
      'generation up',
      'sweeper up',
      'certificates up',
    ]);
  });
});
