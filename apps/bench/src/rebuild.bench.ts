import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, nowMs, say } from './figures.js';
import { heldInRedis } from './live-store-contents.js';

/** Not ready may be over before a slower look sees it. */
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 300_000;

/** How long a service is not ready after Redis lost everything, and whether all of its sessions are back then. */
export async function benchRebuild(sizes: readonly number[]): Promise<readonly Rebuild[]> {
  const world = await BenchWorld.start();
  const rebuilds: Rebuild[] = [];
  try {
    let held = 0;
    for (const size of sizes) {
      await world.ledger.addSessions(`user-${size}`, STEADY.serviceID, size - held);
      held = size;
      rebuilds.push(await rebuild(world, size));
    }
  } finally {
    await world.stop();
  }
  return rebuilds;
}

export interface Rebuild {
  readonly sessions: number;
  readonly durationMs: number;
  readonly lost: number;
}

async function rebuild(world: BenchWorld, sessions: number): Promise<Rebuild> {
  await world.redis.flushall();
  const since = nowMs();
  await untilReadiness(world, false, since);
  await untilReadiness(world, true, since);
  const durationMs = nowMs() - since;
  const { ids, deadlines } = await heldInRedis(world.redis);
  const inBoth = Math.min(ids.size, deadlines);
  return { sessions, durationMs, lost: sessions - inBoth };
}

async function untilReadiness(world: BenchWorld, isReady: boolean, since: number): Promise<void> {
  while ((await world.isReady()) !== isReady) {
    if (nowMs() - since > PATIENCE_MS) throw new Error(`waited in vain to be ${isReady ? '' : 'not '}ready`);
    await pause(LOOK_EVERY_MS);
  }
}

const sizes = process.argv.slice(2).map(Number);
say('sessions  until ready again  sessions/s  lost');
for (const { sessions, durationMs, lost } of await benchRebuild(
  sizes.length > 0 ? sizes : [10_000, 100_000],
)) {
  const rate = ((sessions / durationMs) * 1_000).toFixed(0);
  say([String(sessions).padStart(8), inSeconds(durationMs).padStart(17), rate.padStart(10), lost].join('  '));
}
