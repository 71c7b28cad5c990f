import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
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

async function follow(world: BenchWorld, id: string): Promise<Job> {
  const since = nowMs();
  for (;;) {
    const job = (await (await world.admin('GET', `/jobs/${id}`)).json()) as Job;
    if (job.state === 'done') return job;
    if (nowMs() - since > PATIENCE_MS) throw new Error(`waited in vain for job ${id}`);
    await pause(LOOK_EVERY_MS);
  }
}

/** `npm run bench -- large-agreement [sessions]`: an agreement with so many sessions is disabled, while another peer works. */
async function benchLargeAgreement(sessions: number): Promise<void> {
  const world = await BenchWorld.start();
  try {
    const steady = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    await world.ledger.addSessions('crowd', CROWDED.serviceID, sessions);
    await world.putIntoRedis(STEADY_SESSIONS + sessions);
    const sap1 = await world.sap1(STEADY);
    const before = await keptAliveDuring(sap1, steady, pause(BASELINE_MS));

    const since = nowMs();
    const answer = await world.admin('POST', `/agreements/${CROWDED.serviceID}/disable`);
    say(`answered ${answer.status} after ${inSeconds(nowMs() - since)}`);
    const { job } = (await answer.json()) as { readonly job: Job };
    const whole = follow(world, job.id);
    const during = await keptAliveDuring(sap1, steady, whole);
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

await benchLargeAgreement(Number(process.argv[2] ?? 200_000));
