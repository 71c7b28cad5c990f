import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { SeenEvent } from '../../support/service/event-reader.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';

const world = worldForThisFile({ SAP2_ROLES: 'ssp,admin,delivery,sweeper' });

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

async function ask<Body = Record<string, unknown>>(
  path: string,
  { token = ADMIN_TOKEN, ...init }: RequestInit & { token?: string } = {},
): Promise<Answer<Body>> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${world.service.adminUrl}${path}`, { ...init, headers });
  return { status: answer.status, body: (await answer.json()) as Body };
}

interface Page {
  readonly items: readonly SeenEvent[];
  readonly next: string;
}
const latest = async (): Promise<string> => (await ask<Page>('/events/v1?after=latest')).body.next;
const after = async (position: string, more = ''): Promise<Page> =>
  (await ask<Page>(`/events/v1?after=${position}&limit=1000${more}`)).body;

interface Live {
  readonly id: string;
  readonly user: string;
  readonly [member: string]: unknown;
}

describe('GET /events/v1 (northbound §1 and §2)', () => {
  it('has the whole life of a session, with the members of northbound §1', async () => {
    const user = world.newUser();
    const start = await latest();
    const id = await user.session('timeToLive="700"');
    await user.logIn(`userSessionID="${id}"`);
    await user.negotiate(id, '<WVCSPFeat><IMFeat/></WVCSPFeat>');
    await world.end(id);
    const { items, next } = await after(start);
    expect(items.map(({ type }) => type)).toEqual([
      'session.started',
      'session.resumed',
      'session.services-changed',
      'session.ended',
    ]);
    expect(items[0]).toEqual({
      id: expect.any(String),
      position: expect.any(String),
      type: 'session.started',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
      domain: 'provider.example',
      user: user.userID,
      session: id,
      client: expect.any(Object),
      peer: 'wv:@operator.example',
      data: { cspVersion: expect.any(String), keepAliveTimeS: 700, resumed: false },
    });
    expect(items[3]?.data).toEqual({ cause: 'administrator', by: 'tester', code: 601 });
    expect(items.at(-1)?.position).toBe(next);
    expect(new Set(items.map((item) => item.session))).toEqual(new Set([id]));
  });

  it('has logouts, and what administrators do to users', async () => {
    const user = world.newUser();
    const start = await latest();
    const id = await user.session();
    await user.logOut(id);
    const path = `/admin/v1/users/${encodeURIComponent(user.userID)}`;
    await ask(`${path}/suspend`, { method: 'POST', body: JSON.stringify({ reason: 'lost' }) }).catch(() => 0);
    const { items } = await after(start, '&types=session.ended,user.suspended');
    expect(items.map(({ type, data }) => [type, data])).toEqual([
      ['session.ended', { cause: 'logout', code: 604 }],
      ['user.suspended', {}],
    ]);
  });

  it('says at which wrong password a user is locked, once', async () => {
    const user = world.newUser();
    const start = await latest();
    const guess = user.as({ password: 'guessed' });
    for (let tries = 0; tries < 12; tries++) await guess.logIn();
    const { items } = await after(start);
    expect(items.map(({ type, user: locked }) => [type, locked])).toEqual([['user.locked', user.userID]]);
    expect(items[0]?.data).toEqual({ peer: 'wv:@operator.example', until: expect.any(String) });
    expect(Date.parse(String(items[0]?.data['until']))).toBeGreaterThan(Date.now());
  });

  it('pages with `next`, also where there is nothing', async () => {
    const users = [world.newUser(), world.newUser()];
    const start = await latest();
    const ids = [];
    for (const user of users) ids.push(await user.session());
    const first = (await ask<Page>(`/events/v1?after=${start}&limit=1`)).body;
    const second = (await ask<Page>(`/events/v1?after=${first.next}&limit=1`)).body;
    expect([...first.items, ...second.items].map(({ session }) => session)).toEqual(ids);
    expect(await after(second.next)).toEqual({ items: [], next: second.next });
    const elsewhere = await after(start, '&domain=silent.example');
    expect(elsewhere).toEqual({ items: [], next: second.next });
  });

  it('from the oldest that is kept without `after`', async () => {
    const { body } = await ask<Page>('/events/v1?limit=1&types=user.created');
    expect(body.items.map(({ type }) => type)).toEqual(['user.created']);
  });

  it('400 for a forged position, an unknown type and an impossible limit', async () => {
    const position = await latest();
    const forged = `${position.slice(0, 5)}${position[5] === '0' ? '1' : '0'}${position.slice(6)}`;
    for (const query of [
      `after=${forged}`,
      'after=1',
      'types=session.born',
      'limit=0',
      'limit=1001',
      'domain=%20',
      'x=1',
    ]) {
      expect([query, (await ask(`/events/v1?${query}`)).status]).toEqual([query, 400]);
      if (query.startsWith('limit')) continue;
      expect([query, (await ask(`/events/v1/stream?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('401 without a token, 403 without the scope, and 200 with `elements` alone', async () => {
    const made = async (scope: string): Promise<string> => {
      const body = JSON.stringify({ name: `only-${scope}`, scopes: [scope] });
      return String((await ask('/admin/v1/administrators', { method: 'POST', body })).body['token']);
    };
    const [element, reader] = [await made('elements'), await made('read')];
    for (const path of ['/events/v1', '/internal/v1/sessions?user=wv:x@provider.example']) {
      expect((await ask(path, { token: 'unknown' })).status).toBe(401);
      expect((await ask(path, { token: reader })).status).toBe(403);
      expect((await ask(path, { token: element })).status).toBe(200);
    }
    expect((await ask('/admin/v1/users', { token: element })).status).toBe(403);
  });
});

describe('asking for live sessions (northbound §2)', () => {
  it('one by its id, with the members of northbound §2 and no others', async () => {
    const user = world.newUser();
    const id = await user.session('timeToLive="700"');
    const { status, body } = await ask<Live>(`/internal/v1/sessions/${id}`);
    expect([status, body]).toEqual([
      200,
      {
        id,
        user: user.userID,
        client: expect.any(Object),
        domain: 'provider.example',
        peer: 'wv:@operator.example',
        startedAt: expect.any(String),
        lastKeepAliveAt: expect.any(String),
        expiresAt: expect.any(String),
        cspVersion: expect.any(String),
        functions: expect.any(Array),
      },
    ]);
    const at = (member: string, from = body): number => Date.parse(String(from[member]));
    expect(at('expiresAt') - at('lastKeepAliveAt')).toBeGreaterThanOrEqual(700_000);
    await user.keepAlive(id);
    const later = (await ask<Live>(`/internal/v1/sessions/${id}`)).body;
    expect(at('lastKeepAliveAt', later)).toBeGreaterThanOrEqual(at('lastKeepAliveAt'));
    expect(at('expiresAt', later)).toBeGreaterThan(at('expiresAt'));
    await user.logOut(id);
    expect((await ask(`/internal/v1/sessions/${id}`)).status).toBe(404);
    expect((await ask('/internal/v1/sessions/no-session')).status).toBe(404);
  });

  it('those of a user and of a domain, page after page', async () => {
    const user = world.newUser();
    const ids = [await user.on('one').session(), await user.on('two').session()];
    const query = `user=${encodeURIComponent(user.userID)}&limit=1`;
    const first = (await ask<{ items: Live[]; nextCursor: string }>(`/internal/v1/sessions?${query}`)).body;
    const second = (
      await ask<{ items: Live[]; nextCursor: null }>(
        `/internal/v1/sessions?${query}&cursor=${encodeURIComponent(first.nextCursor)}`,
      )
    ).body;
    expect([...first.items, ...second.items].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(second.nextCursor).toBeNull();
    const none = await ask<{ items: Live[] }>('/internal/v1/sessions?domain=silent.example');
    expect(none.body.items).toEqual([]);
  });

  it('many ids or users at once, and what is unknown of them', async () => {
    const user = world.newUser();
    const ids = [await user.on('one').session(), await user.on('two').session()];
    const query = async (body: object): Promise<Answer<{ items: Live[]; unknown: string[] }>> =>
      ask('/internal/v1/sessions/query', { method: 'POST', body: JSON.stringify(body) });
    const byID = await query({ ids: [...ids, 'no-session', ids[0]?.replace(/.$/u, 'x')] });
    expect(byID.body.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(byID.body.unknown).toHaveLength(2);
    const byUser = await query({ users: [user.userID, 'wv:stranger@provider.example', '?'] });
    expect(byUser.body.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(byUser.body.unknown).toEqual(['wv:stranger@provider.example', '?']);
    for (const wrong of [{}, { ids: [], users: [] }, { ids: Array.from({ length: 1001 }, () => 'x') }]) {
      expect((await query(wrong)).status).toBe(400);
    }
  });
});

describeLog(world);
