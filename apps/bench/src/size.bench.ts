import type { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { RawUser } from '../../../tests/support/peers/raw-user.js';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, nowMs, say, type Spread, spreadOf, timed } from './figures.js';
import { expectSuccess, keepAlive } from './keep-alive.js';

const BATCH = 100;
/** Enough for a 99th percentile of ten turns. */
const TURNS = 1_000;

interface Live {
  readonly id: string;
  readonly userID: string;
}

/** What a message costs beside `sessions` live ones. */
interface Costs {
  readonly sessions: number;
  readonly spreads: Readonly<Record<string, Spread>>;
}

/** `npm run bench -- size [smaller larger]`: every path that reads a session, at one size and at ten times as many, in one run. */
async function benchSize(sizes: readonly number[]): Promise<readonly Costs[]> {
  const world = await BenchWorld.start();
  const costs: Costs[] = [];
  try {
    const live: Live[] = [];
    for (const sessions of sizes) {
      const name = `user-${sessions}`;
      const ids = await world.ledger.addSessions(name, STEADY.serviceID, sessions - live.length);
      for (const [i, id] of ids.entries()) live.push({ id, userID: `wv:${name}-${i}@provider.example` });
      const since = nowMs();
      await world.putIntoRedis(sessions);
      say(`${sessions} sessions are live, after ${inSeconds(nowMs() - since)}`);
      say(await memoryOf(world, sessions));
      costs.push({ sessions, spreads: await measure(world, live) });
    }
  } finally {
    await world.stop();
  }
  return costs;
}

/** What the stores and the service keep. */
async function memoryOf(world: BenchWorld, sessions: number): Promise<string> {
  const info = await world.redis.info('memory');
  const redis = Number(/^used_memory:(\d+)/mu.exec(info)?.[1]);
  const [live, accounts] = [
    await world.ledger.bytesOf('live_session'),
    await world.ledger.bytesOf('account'),
  ];
  const each = (bytes: number): string => `${Math.round(bytes / sessions)} bytes a session`;
  return (
    `  Redis ${each(redis)}, live_session ${each(live)}, account ${each(accounts)}, ` +
    `the service ${Math.round(world.memoryMib())} MiB`
  );
}

async function measure(world: BenchWorld, live: readonly Live[]): Promise<Costs['spreads']> {
  const sap1 = await world.sap1(STEADY);
  const anyone = (): Live => live[Math.floor(Math.random() * live.length)] as Live;
  const any = (): string => anyone().id;
  const paths: Readonly<Record<string, () => Promise<unknown>>> = {
    'keep-alive': () => keepAlive(sap1, [any()]),
    [`keep-alive of ${BATCH}`]: () => keepAlive(sap1, Array.from({ length: BATCH }, any)),
    'service negotiation': () => negotiate(sap1, anyone()),
    'GET /sessions/{id}': () => found(world, `/sessions/${any()}`),
    'GET /sessions': () => found(world, '/sessions?limit=100'),
    'GET /sessions?peer': () =>
      found(world, `/sessions?limit=100&peer=${encodeURIComponent(STEADY.serviceID)}`),
    'GET /stats': () => found(world, '/stats'),
  };
  const spreads: Record<string, Spread> = {};
  for (const [path, ask] of Object.entries(paths)) {
    await timed(TURNS / 10, ask);
    spreads[path] = spreadOf(await timed(TURNS, ask));
  }
  return spreads;
}

async function negotiate(sap1: RawSap1, { id, userID }: Live): Promise<void> {
  expectSuccess(await sap1.ask(new RawUser(sap1, userID, '').serviceRequest(id, undefined, 'Yes')));
}

async function found(world: BenchWorld, path: string): Promise<void> {
  const answer = await world.admin('GET', path);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
}

const sizes = process.argv.slice(2).map(Number);
const [smaller, larger] = await benchSize(sizes.length === 2 ? sizes : [100_000, 1_000_000]);
if (smaller === undefined || larger === undefined) throw new Error('two sizes are to be compared');
say(`\nmilliseconds, p50 / p99 of ${TURNS}`);
say(
  `${''.padEnd(24)}${String(smaller.sessions).padStart(16)}${String(larger.sessions).padStart(16)}   p50 ×`,
);
for (const [path, few] of Object.entries(smaller.spreads)) {
  const many = larger.spreads[path] ?? few;
  const cell = ({ p50Ms, p99Ms }: Spread): string => `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`.padStart(16);
  say(`${path.padEnd(24)}${cell(few)}${cell(many)}   ${(many.p50Ms / few.p50Ms).toFixed(2)}`);
}
