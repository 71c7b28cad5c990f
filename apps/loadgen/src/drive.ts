import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from './latencies.js';
import { WrongAnswer } from './line.js';
import type { LoadPlan, LoadResult, Scenario } from './plan.js';

/** Share of a core from which on the generator itself is what is measured. */
const BUSY = 0.9;
/** Operations of an open loop begin in groups, as often as this. */
const TICK_MS = 5;

/** Runs the operation on all connections: first to warm up, then measured. */
export async function drive(
  plan: LoadPlan,
  { run, close }: Scenario,
  onMeasuring: () => void,
): Promise<LoadResult> {
  const seen = new Seen();
  const untilMs = performance.now() + plan.warmUpMs + plan.measureMs;
  const running =
    plan.ratePerS === undefined
      ? closedLoop(plan.connections, run, seen, untilMs)
      : openLoop(plan.connections, run, seen, untilMs, plan.ratePerS);
  await pause(plan.warmUpMs);
  seen.restart();
  onMeasuring();
  await pause(plan.measureMs);
  const result = seen.result(plan.scenario);
  await running;
  await close();
  return result;
}

/** What was seen since the last restart. */
class Seen {
  private readonly latencies = new Latencies();
  private errors: Record<string, number> = {};
  private sinceMs = 0;
  private cpu = process.cpuUsage();

  restart(): void {
    this.latencies.clear();
    this.errors = {};
    this.sinceMs = performance.now();
    this.cpu = process.cpuUsage();
  }

  /** @param sinceMs when the operation was to begin */
  async watch(sinceMs: number, work: Promise<void>): Promise<void> {
    try {
      await work;
      this.latencies.add(performance.now() - sinceMs);
    } catch (error) {
      const what = error instanceof WrongAnswer ? error.message : String(error);
      this.errors[what] = (this.errors[what] ?? 0) + 1;
    }
  }

  result(scenario: LoadResult['scenario']): LoadResult {
    const ms = performance.now() - this.sinceMs;
    const { user, system } = process.cpuUsage(this.cpu);
    const cpu = (user + system) / 1_000 / ms;
    const [p50Ms = NaN, p99Ms = NaN, maxMs = NaN] = this.latencies.at(0.5, 0.99, 1);
    return {
      scenario,
      operations: this.latencies.count,
      perSecond: (this.latencies.count * 1_000) / ms,
      p50Ms,
      p99Ms,
      maxMs,
      errors: this.errors,
      cpu,
      memoryMib: process.memoryUsage().rss / 2 ** 20,
      isBottleneck: cpu > BUSY,
    };
  }
}

async function closedLoop(
  connections: number,
  run: Scenario['run'],
  seen: Seen,
  untilMs: number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (let turn = 0; performance.now() < untilMs; turn += 1) {
        await seen.watch(performance.now(), run(connection, turn));
      }
    }),
  );
}

/** What waits for a free connection is late by that: its time counts from when it was to begin. */
async function openLoop(
  connections: number,
  run: Scenario['run'],
  seen: Seen,
  untilMs: number,
  ratePerS: number,
): Promise<void> {
  const queues: Promise<void>[] = Array.from({ length: connections }, () => Promise.resolve());
  const fromMs = performance.now();
  let begun = 0;
  while (performance.now() < untilMs) {
    const due = ((performance.now() - fromMs) * ratePerS) / 1_000;
    for (; begun < due; begun += 1) {
      const sinceMs = fromMs + (begun * 1_000) / ratePerS;
      const connection = begun % connections;
      const turn = Math.floor(begun / connections);
      const before = queues[connection] ?? Promise.resolve();
      queues[connection] = before.then(() => seen.watch(sinceMs, run(connection, turn)));
    }
    await pause(TICK_MS);
  }
  await Promise.all(queues);
}
