import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, type Spread, spreadOf } from './figures.js';
import { keptAliveDuring } from './keep-alive.js';
import { countDeadlines, heldInRedis, setDeadlines } from './live-store-contents.js';

const STEADY_SESSIONS = 500;
const BEFORE_MS = 10_000;
const DUE_IN_MS = 5_000;
const PATIENCE_MS = 300_000;

interface Wave {
  readonly closedMs: number;
  readonly before: Spread;
  readonly during: Spread;
  readonly left: Readonly<Record<string, readonly [found: number, expected: number]>>;
}

/** `npm run bench -- expiry -- --sessions n`: so many sessions due at one instant, and what another peer notices of it. */
async function benchExpiry(sessions: number): Promise<Wave> {
  const world = await BenchWorld.start();
  try {
    const steady = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    const due = await world.ledger.addSessions('due', CROWDED.serviceID, sessions);
    await world.putIntoRedis(STEADY_SESSIONS + sessions);
    const sap1 = await world.sap1(STEADY);
    await keptAliveDuring(sap1, steady, pause(BEFORE_MS / 10));
    const before = spreadOf(await keptAliveDuring(sap1, steady, pause(BEFORE_MS)));

    const dueAt = nowMs() + DUE_IN_MS;
    await setDeadlines(world.redis, new Set(due), DUE_IN_MS);
    await pause(Math.max(0, dueAt - nowMs()));
    const closed = untilClosed(world, dueAt);
    const durationsMs = await keptAliveDuring(sap1, steady, closed);
    return {
      closedMs: await closed,
      before,
      during: spreadOf(durationsMs),
      left: await whatIsLeft(world, sessions),
    };
  } finally {
    await world.stop();
  }
}

/** A session leaves Redis last, so what is gone there has ended in PostgreSQL too. */
async function untilClosed(world: BenchWorld, dueAt: number): Promise<number> {
  while ((await countDeadlines(world.redis)) > STEADY_SESSIONS) {
    if (nowMs() - dueAt > PATIENCE_MS) throw new Error('waited in vain for the end of all of them');
    await pause(100);
  }
  return nowMs() - dueAt;
}

async function whatIsLeft(world: BenchWorld, sessions: number): Promise<Wave['left']> {
  const { ids, deadlines } = await heldInRedis(world.redis);
  return {
    'live rows': [await world.ledger.countLive(), STEADY_SESSIONS],
    'sessions in Redis': [ids.size, STEADY_SESSIONS],
    deadlines: [deadlines, STEADY_SESSIONS],
    ended: [await world.ledger.countEnded(), sessions],
    'disconnects owed': [await world.ledger.countOwedDisconnects(CROWDED.serviceID), sessions],
    'disconnects owed to the other peer': [await world.ledger.countOwedDisconnects(STEADY.serviceID), 0],
  };
}

const { values } = parseArgs({ options: { sessions: { type: 'string', default: '100000' } } });
const sessions = Number(values.sessions);
if (!Number.isSafeInteger(sessions) || sessions < 1) throw new Error('--sessions is a number from 1');
const { closedMs, before, during, left } = await benchExpiry(sessions);
say(`${sessions} sessions due at once were closed after ${inSeconds(closedMs)}`);
say(`keep-alives of another peer before: ${inWords(before)}`);
say(
  `keep-alives of another peer during: ${inWords(during)}, p99 × ${(during.p99Ms / before.p99Ms).toFixed(1)}`,
);
for (const [what, [found, expected]] of Object.entries(left)) {
  say(`${what}: ${found}${found === expected ? '' : `, should be ${expected}`}`);
  if (found !== expected) process.exitCode = 1;
}
