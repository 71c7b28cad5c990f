import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';
import { keptAliveDuring } from './keep-alive.js';
import { heldInRedis } from './live-store-contents.js';

const STEADY_SESSIONS = 500;
const BASELINE_MS = 10_000;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 300_000;
/** Of the job that is aborted. */
const RATE_PER_SECOND = 2_000;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
}

interface Begun {
  readonly matching: number;
  readonly job: Job | null;
}

const EVERYTHING_OF_THE_PEER = { filter: { peer: CROWDED.serviceID } };

async function call<T>(world: BenchWorld, method: string, path: string, body?: object): Promise<T> {
  const answer = await world.admin(method, path, body);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const begin = (world: BenchWorld, how: object): Promise<Begun> =>
  call(world, 'POST', '/sessions/end', { ...EVERYTHING_OF_THE_PEER, ...how });

async function follow(world: BenchWorld, id: string, isEnough: (job: Job) => boolean): Promise<Job> {
  const since = nowMs();
  for (;;) {
    const job = await call<Job>(world, 'GET', `/jobs/${id}`);
    if (isEnough(job)) return job;
    if (nowMs() - since > PATIENCE_MS) throw new Error(`waited in vain for job ${id}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** `npm run bench -- mass-end [sessions]`: so many sessions ended by one act of an administrator: preview, abort, the whole of it. */
async function benchMassEnd(sessions: number): Promise<void> {
  const world = await BenchWorld.start();
  try {
    const steady = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    await world.ledger.addSessions('crowd', CROWDED.serviceID, sessions);
    await world.putIntoRedis(STEADY_SESSIONS + sessions);
    const sap1 = await world.sap1(STEADY);
    const before = await keptAliveDuring(sap1, steady, pause(BASELINE_MS));

    const { matching } = await begin(world, { dryRun: true });
    say(`preview: ${matching} of ${sessions}`);
    const slow = await begin(world, { ratePerSecond: RATE_PER_SECOND });
    const id = slow.job?.id ?? '';
    await follow(world, id, ({ done }) => done >= RATE_PER_SECOND);
    const aborted = await call<Job>(world, 'POST', `/jobs/${id}/abort`);
    const left = (await begin(world, { dryRun: true })).matching;
    say(
      `aborted at ${RATE_PER_SECOND} a second: ${aborted.done} ended, ${left} left, together ${aborted.done + left}`,
    );

    const since = nowMs();
    const { job } = await begin(world, { reason: 'the bench' });
    const whole = follow(world, job?.id ?? '', ({ state }) => state === 'done');
    const during = await keptAliveDuring(sap1, steady, whole);
    say(`the whole: ${(await whole).done} of ${job?.total} ended after ${inSeconds(nowMs() - since)}`);
    say(`keep-alives of another peer before: ${inWords(spreadOf(before))}`);
    say(`keep-alives of another peer during: ${inWords(spreadOf(during))}`);
    const { ids, deadlines } = await heldInRedis(world.redis);
    say(
      `left: rows ${await world.ledger.countLive()}, sessions ${ids.size}, deadlines ${deadlines}; ended ${await world.ledger.countEnded()}, pending disconnects ${await world.ledger.countOwedDisconnects(CROWDED.serviceID)}`,
    );
  } finally {
    await world.stop();
  }
}

await benchMassEnd(Number(process.argv[2] ?? 100_000));
