import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import type { SeenEvent } from '../../support/service/event-reader.js';
import { EventWorld } from '../../support/service/event-world.js';

const world = worldForThisFile({ SAP2_ROLES: 'ssp,admin,delivery,sweeper' });
const feed = new EventWorld(world);
const ROUNDS = 8;

async function snapshot(): Promise<{
  readonly position: string;
  readonly live: Set<string>;
  readonly lines: number;
}> {
  const text = await (await feed.ask('/internal/v1/sessions/snapshot?domain=provider.example')).text();
  const [head, ...sessions] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  const live = new Set(sessions.map(({ id }) => String(id)));
  return { position: String(head?.['position']), live, lines: sessions.length };
}

/** Applies changes, and returns those that do not fit what was live before. */
function applied(live: Set<string>, events: readonly SeenEvent[]): readonly SeenEvent[] {
  return events.filter(({ type, session = '' }) => {
    if (type === 'session.ended') return !live.delete(session);
    if (type !== 'session.started' || live.has(session)) return type === 'session.started';
    live.add(session);
    return false;
  });
}

async function inLedger(): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: world.service.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>('SELECT id FROM live_session ORDER BY id');
  await client.end();
  return rows.map(({ id }) => id);
}

describe('GET /internal/v1/sessions/snapshot (northbound §2)', () => {
  it('and the feed after its position are the ledger, under load: no gap and no double', async () => {
    const stop = feed.load(4);
    const taken = [];
    for (let round = 0; round < ROUNDS; round++) taken.push(await snapshot());
    await stop();
    const ledger = await inLedger();
    expect(ledger.length).toBeGreaterThan(0);
    for (const { position, live, lines } of taken) {
      expect(live.size).toBe(lines);
      expect(applied(live, await feed.allAfter(position))).toEqual([]);
      expect([...live].toSorted()).toEqual(ledger);
    }
  });

  it('of a domain without sessions: only the position', async () => {
    const answer = await feed.ask('/internal/v1/sessions/snapshot?domain=silent.example');
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    expect((await answer.text()).trim().split('\n')).toEqual([
      expect.stringMatching(/^\{"position":"[0-9A-V]{20}"\}$/u),
    ]);
  });
});
