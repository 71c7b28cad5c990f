import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sap2Client } from '../../../clients/typescript/client.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

const DESK = 'https://desk.example';
let service: ServiceUnderTest;
let closed: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest({ SAP2_ADMIN_CORS_ORIGINS: `${DESK}, https://other.example` });
  closed = await startServiceUnderTest();
});
afterAll(() => Promise.all([service.stop(), closed.stop()]));

interface Asked extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = (path: string, init: Asked = {}, at = service) =>
  fetch(`${at.adminUrl}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...init.headers },
  });

describe('the first requests of a newcomer', () => {
  it.each([['/admin/v1/users/'], ['/admin/v1/users/?limit=1'], ['/admin/v1/sessions//'], ['/health/ready/']])(
    '%s, with a slash at its end, is what it is without',
    async (path) => {
      expect((await ask(path)).status).toBe(200);
    },
  );

  it.each([
    ['PUT', '/admin/v1/users', 'GET, POST'],
    ['POST', '/admin/v1/users/wv:alice@provider.example', 'GET, PATCH, DELETE'],
    ['DELETE', '/admin/v1/stats', 'GET'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allowed) => {
    const answer = await ask(path, { method });
    expect([answer.status, answer.headers.get('Allow')?.split(', ').toSorted()]).toEqual([
      405,
      allowed.split(', ').toSorted(),
    ]);
    expect(await answer.json()).toMatchObject({
      status: 405,
      detail: expect.stringContaining(method) as unknown,
    });
  });

  it('a path that does not exist is still 404', async () => {
    expect((await ask('/admin/v1/usres', { method: 'POST' })).status).toBe(404);
  });

  it.each([
    ['/admin/v1/users', 'application/x-www-form-urlencoded', 'application/json'],
    ['/admin/v1/users', 'application/x-ndjson', 'application/json'],
    ['/admin/v1/users/import', 'text/csv', 'application/x-ndjson'],
    ['/admin/v1/users/import', 'application/json', 'application/x-ndjson'],
  ])('%s with a body of %s is 415 and names the type it wants', async (path, sent, wanted) => {
    const answer = await ask(path, { method: 'POST', body: '{}', headers: { 'Content-Type': sent } });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(wanted) as unknown });
  });

  it('all faults of a body come at once', async () => {
    const body = JSON.stringify({ userID: 7, suspended: 'no', nothing: 1 });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await ask('/admin/v1/users', { method: 'POST', body, headers });
    const { errors } = (await answer.json()) as { errors: readonly { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/nothing', '/suspended', '/userID']);
  });

  it.each([
    ['/', '/console/'],
    ['/admin', '/docs'],
    ['/admin/v1', '/docs'],
    ['/admin/', '/docs'],
  ])('%s leads on to %s', async (path, target) => {
    const answer = await ask(path);
    expect([answer.status, answer.headers.get('Location')]).toEqual([302, target]);
    expect((await ask(target)).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  const preflight = (origin: string, at = service) =>
    ask(
      '/admin/v1/users',
      { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } },
      at,
    );

  it('may call if it is named', async () => {
    const allowed = await preflight(DESK);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe(DESK);
    expect(allowed.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    const answer = await ask('/admin/v1/users', { headers: { Origin: DESK } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(DESK);
  });

  it('may not otherwise, and nobody may by default', async () => {
    const stranger = await preflight('https://stranger.example');
    expect(stranger.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const answer = await ask('/admin/v1/users', { headers: { Origin: DESK } }, closed);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});

describe('the generated client', () => {
  it('lists, creates and reads with the types of the document', async () => {
    const sap2 = sap2Client({ url: service.adminUrl, token: ADMIN_TOKEN });
    const made = await sap2.POST('/admin/v1/users', {
      body: { userID: 'wv:erin@provider.example', password: 'a-password-of-erin' },
    });
    expect(made.data?.suspended).toBe(false);
    const { data } = await sap2.GET('/admin/v1/users', { params: { query: { prefix: 'erin' } } });
    expect(data?.items.map(({ userID }) => userID)).toEqual(['wv:erin@provider.example']);
    const params = { path: { userID: 'wv:nobody@provider.example' } };
    const { error, response } = await sap2.GET('/admin/v1/users/{userID}', { params });
    expect([response.status, error?.status]).toEqual([404, 404]);
  });
});
