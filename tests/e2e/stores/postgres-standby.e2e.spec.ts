import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { PostgresPair } from '../../support/servers/test-standby.js';
import { ConformanceWorld, CONFORMANCE_SEED, describeLog } from '../../support/service/conformance-world.js';
import { PersistentPeer } from '../../support/service/persistent-peer.js';
import { SessionTraffic } from '../../support/service/session-traffic.js';
import { until } from '../../support/service/until.js';

const LONGEST_MS = 240_000;
const STEADY_USERS = 8;
const BUSY_USERS = 8;

let pair: PostgresPair;
const world = new ConformanceWorld();

beforeAll(async () => {
  pair = await PostgresPair.start();
  await world.start({ DATABASE_URL: pair.url }, CONFORMANCE_SEED);
}, LONGEST_MS);

afterAll(async () => {
  await world.stop();
  await pair.stop();
});

async function idsIn(table: string, column: string): Promise<string[]> {
  const client = new Client({ connectionString: pair.standbyUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(`SELECT ${column} AS id FROM ${table}`);
    return rows.map(({ id }) => id).toSorted();
  } finally {
    await client.end();
  }
}

it(
  'F15: a standby is promoted under load: logins succeed again, and nothing that was acknowledged is lost',
  async () => {
    const peer = new PersistentPeer(world.operator);
    const traffic = new SessionTraffic(peer);
    const users = (count: number) => Array.from({ length: count }, () => world.newUser());
    traffic.begin(users(STEADY_USERS), users(BUSY_USERS));
    await until('a load', () => traffic.counts.logouts > BUSY_USERS);

    const sinceMs = performance.now();
    await pair.primary.kill();
    const { keepAlives } = traffic.counts;
    await until(
      'keep-alives without PostgreSQL',
      () => traffic.counts.keepAlives > keepAlives + STEADY_USERS,
    );
    await pair.promote();
    const promotedMs = performance.now() - sinceMs;
    const { logouts } = traffic.counts;
    await until('logins and logouts again', () => traffic.counts.logouts > logouts + 2 * BUSY_USERS);
    const healedMs = performance.now() - sinceMs;
    await traffic.end();
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
    process.stdout.write(
      `postgres standby: promoted after ${seconds(promotedMs)} s, logins and logouts after ${seconds(healedMs)} s; ${JSON.stringify({ ...traffic.counts, refused: peer.refused, broken: peer.broken })}\n`,
    );

    expect(traffic.breaches).toEqual([]);
    expect(await idsIn('live_session', 'id')).toEqual([...traffic.live].toSorted());
    // Every end that was acknowledged is in the history, once.
    const ended = await idsIn("session_history WHERE cause = 'logout'", 'session_id');
    expect([ended.length, new Set(ended).size]).toEqual([traffic.counts.logouts, traffic.counts.logouts]);
    await until('readiness', async () => (await fetch(`${world.service.adminUrl}/health/ready`)).ok);
  },
  LONGEST_MS,
);

describeLog(world);
