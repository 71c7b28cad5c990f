import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import type { BuiltService } from './built-service.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';
import { keptAliveDuring } from './keep-alive.js';
import { heldInRedis } from './live-store-contents.js';

const STEADY_SESSIONS = 500;
const BASELINE_MS = 10_000;
const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 600_000;

interface Job {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
}

async function follow(
  world: BenchWorld,
  service: BuiltService,
  id: string,
  isOver: (job: Job) => boolean,
): Promise<Job> {
  const since = nowMs();
  for (;;) {
    const job = (await (await world.admin('GET', `/jobs/${id}`, undefined, service)).json()) as Job;
    if (isOver(job)) return job;
    if (nowMs() - since > PATIENCE_MS) throw new Error(`waited in vain for job ${id}`);
    await pause(LOOK_EVERY_MS);
  }
}

const isDone = ({ state }: Job): boolean => state === 'done';

/** SIGKILL at a third of the job, to the process that was asked; the other one has to finish. */
async function killAtAThird(world: BenchWorld, other: BuiltService, job: Job): Promise<void> {
  const { done } = await follow(world, other, job.id, (now) => now.done * 3 >= now.total || isDone(now));
  process.kill(world.service.pid, 'SIGKILL');
  say(`the process that was asked was killed when ${done} had ended`);
}

/**
 * `npm run bench -- large-agreement [sessions] [kill]`: an agreement with so many sessions is disabled, while another
 * peer works at another process. With `kill`, the process that was asked ends by SIGKILL in between.
 */
async function benchLargeAgreement(sessions: number, isKilled: boolean): Promise<void> {
  const world = await BenchWorld.start();
  try {
    const steady = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    await world.ledger.addSessions('crowd', CROWDED.serviceID, sessions);
    await world.putIntoRedis(STEADY_SESSIONS + sessions);
    const other = await world.another();
    const sap1 = await world.sap1(STEADY, other);
    const before = await keptAliveDuring(sap1, steady, pause(BASELINE_MS));

    const since = nowMs();
    const answer = await world.admin('POST', `/agreements/${CROWDED.serviceID}/disable`);
    say(`answered ${answer.status} after ${inSeconds(nowMs() - since)}`);
    const { job } = (await answer.json()) as { readonly job: Job };
    const whole = follow(world, other, job.id, isDone);
    const killed = isKilled ? killAtAThird(world, other, job) : undefined;
    const during = await keptAliveDuring(sap1, steady, Promise.all([whole, killed]));
    say(`${(await whole).done} of ${job.total} ended after ${inSeconds(nowMs() - since)}`);
    say(`keep-alives of another peer before: ${inWords(spreadOf(before))}`);
    say(`keep-alives of another peer during: ${inWords(spreadOf(during))}`);
    const { ids, deadlines } = await heldInRedis(world.redis);
    const owed = await world.ledger.countOwedDisconnects(CROWDED.serviceID);
    say(
      `left: rows ${await world.ledger.countLive()}, sessions ${ids.size}, deadlines ${deadlines}; pending disconnects ${owed}`,
    );
  } finally {
    await world.stop();
  }
}

const [sessions = '200000', kill] = process.argv.slice(2);
await benchLargeAgreement(Number(sessions), kill === 'kill');
