import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { RawSap1 } from '../e2e/raw-sap1.js';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, type Spread, spreadOf, timed } from './figures.js';
import { countDeadlines, heldInRedis, setDeadlines } from './live-store-contents.js';

const STEADY_SESSIONS = 500;
const TURNS_BEFORE = 2_000;
const DUE_IN_MS = 5_000;
const PATIENCE_MS = 300_000;

interface Wave {
  readonly closedMs: number;
  readonly before: Spread;
  readonly during: Spread;
  readonly left: Readonly<Record<string, readonly [found: number, expected: number]>>;
}

/** `npm run bench:expiry -- --sessions n`: so many sessions due at one instant, and what another peer notices of it. */
async function benchExpiry(sessions: number): Promise<Wave> {
  const world = await BenchWorld.start();
  try {
    const steady = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    const due = await world.ledger.addSessions('due', CROWDED.serviceID, sessions);
    await putIntoRedis(world, STEADY_SESSIONS + sessions);
    const sap1 = await world.sap1(STEADY);
    const turn = (index: number): Promise<void> => keepAlive(sap1, steady[index % steady.length] ?? '');
    await timed(TURNS_BEFORE / 10, turn);
    const before = spreadOf(await timed(TURNS_BEFORE, turn));

    const dueAt = nowMs() + DUE_IN_MS;
    await setDeadlines(world.redis, new Set(due), DUE_IN_MS);
    await pause(Math.max(0, dueAt - nowMs()));
    const { closedMs, durationsMs } = await untilClosed(world, turn, dueAt);
    return { closedMs, before, during: spreadOf(durationsMs), left: await whatIsLeft(world, sessions) };
  } finally {
    await world.stop();
  }
}

/** By the way that the service itself puts them back. */
async function putIntoRedis(world: BenchWorld, sessions: number): Promise<void> {
  const since = nowMs();
  await world.redis.flushall();
  while ((await countDeadlines(world.redis)) < sessions || !(await world.isReady())) {
    if (nowMs() - since > PATIENCE_MS) throw new Error(`${sessions} sessions are not in Redis in time`);
    await pause(100);
  }
}

/** A session leaves Redis last, so what is gone there has ended in PostgreSQL too. */
async function untilClosed(
  world: BenchWorld,
  turn: (index: number) => Promise<void>,
  dueAt: number,
): Promise<{ readonly closedMs: number; readonly durationsMs: readonly number[] }> {
  const seen: { closedMs: number | undefined } = { closedMs: undefined };
  const watch = async (): Promise<void> => {
    while ((await countDeadlines(world.redis)) > STEADY_SESSIONS && nowMs() - dueAt < PATIENCE_MS) {
      await pause(100);
    }
    seen.closedMs = nowMs() - dueAt;
  };
  const watching = watch();
  const durationsMs: number[] = [];
  while (seen.closedMs === undefined) durationsMs.push(...(await timed(10, turn)));
  await watching;
  return { closedMs: seen.closedMs, durationsMs };
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

async function keepAlive(sap1: RawSap1, id: string): Promise<void> {
  const entry = `<UserSession userSessionID="${id}"/>`;
  const answer = await sap1.ask(`<UserKeepAliveRequest>${sap1.metaInfo}${entry}</UserKeepAliveRequest>`);
  if (answer.code !== 200) throw new Error(`answered with ${answer.code}: ${answer.bytes}`);
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
