import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { EventWorld } from '../../support/service/event-world.js';
import { EventReader, type SeenEvent } from '../../support/service/event-reader.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';

const world = worldForThisFile({ SAP2_NORTHBOUND_PORT: '0', SAP2_ROLES: 'ssp,admin,delivery,sweeper' });

const feed = new EventWorld(world);

async function admin(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' };
  const answer = await fetch(`${world.service.adminUrl}/admin/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

describe('GET /events/v1/stream (northbound §2)', () => {
  it('a reader that comes back many times under load misses and doubles nothing', async () => {
    const start = await feed.latest();
    const stop = feed.load(4);
    const seen: SeenEvent[] = [];
    let position = start;
    for (let visit = 0; visit < 40; visit++) {
      const reader = new EventReader(feed.base, '', { lastEventID: position });
      await until('an event', () => reader.events.length > visit % 5);
      reader.close();
      await reader.ended;
      seen.push(...reader.events);
      position = reader.position ?? position;
    }
    await stop();
    seen.push(...(await feed.allAfter(position)));
    const expected = await feed.allAfter(start);
    expect(seen.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it('ends soon after its token is revoked, and another stream stays', async () => {
    const { token } = await admin('POST', '/administrators', { name: 'element', scopes: ['elements'] });
    const reader = new EventReader(feed.base, '?after=latest', { token: String(token) });
    const other = new EventReader(feed.base, '?after=latest');
    await until('the streams', () => reader.status === 200 && other.status === 200);
    await admin('DELETE', '/administrators/element');
    await reader.ended;
    await world.newUser().session();
    await until('an event', () => other.events.length > 0);
    expect(reader.events).toEqual([]);
    other.close();
  });

  it('of a type: only these, from `after` on', async () => {
    const user = world.newUser();
    const start = await feed.latest();
    const id = await user.session();
    await user.logOut(id);
    const reader = new EventReader(feed.base, `?after=${start}&types=session.ended&domain=provider.example`);
    await until('the end', () => reader.events.length > 0);
    expect(reader.events.map(({ type, session }) => [type, session])).toEqual([['session.ended', id]]);
    reader.close();
  });

  it('sends a comment while nothing happens', async () => {
    const reader = new EventReader(feed.base, '?after=latest&types=agreement.ended');
    await until('a comment', () => reader.comments.length > 0);
    expect(reader.events).toEqual([]);
    reader.close();
  });

  it('410 with the oldest position for a position that is kept no longer', async () => {
    const old = (await feed.page('limit=1')).next;
    const client = new pg.Client({ connectionString: world.service.databaseUrl });
    await client.connect();
    const { next } = await feed.page('after=latest');
    await client.query('UPDATE event_head SET dropped = last');
    for (const path of ['/events/v1', '/events/v1/stream']) {
      const answer = await feed.ask(`${path}?after=${old}`);
      const problem = (await answer.json()) as Record<string, unknown>;
      expect([answer.status, problem['oldest']]).toEqual([410, next]);
    }
    await client.query('UPDATE event_head SET dropped = 0');
    await client.end();
  });

  it('is not on the port of administrators where it has its own, and the other way round', async () => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    expect((await fetch(`${world.service.adminUrl}/events/v1`, { headers })).status).toBe(404);
    expect((await fetch(`${feed.base}/admin/v1/users`, { headers })).status).toBe(404);
  });
});
