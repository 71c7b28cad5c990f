import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, Scale } from './fault.js';
import type { Stores } from './world/stores.js';
import { World } from './world/world.js';

/** Load before the fault, and after it was healed. */
const UNDISTURBED_MS = 2_500;

export interface FaultReport {
  readonly fault: Fault;
  readonly operations: number;
  readonly breaches: readonly string[];
  /** From the end of the injection until every process is ready and everybody is served. */
  readonly healMs: number | undefined;
  readonly tookMs: number;
}

/**
 * One fault in a world of its own. A run that breaks off is a breach.
 * @throws the reason of `end`; nothing of the world is left then
 */
export async function runFault(
  fault: Fault,
  stores: Stores,
  scale: Scale,
  seed: number,
  end: AbortSignal,
): Promise<FaultReport> {
  const fromMs = Date.now();
  const world = await World.set(stores, {
    processes: 3,
    environment: {},
    lines: false,
    saidTwice: 10,
    ...fault.world,
    name: fault.id.toLowerCase(),
    seed,
  });
  const report = (more: Omit<FaultReport, 'fault' | 'tookMs'>): FaultReport => ({
    fault,
    tookMs: Date.now() - fromMs,
    ...more,
  });
  const play = async (): Promise<FaultReport> => {
    await fault.prepare?.(world, scale);
    await world.open();
    await pause(UNDISTURBED_MS);
    const injectedMs = Date.now();
    await fault.inject(world, scale);
    await world.heal();
    const lastDisturbance = world.recorder.disturbances.at(-1);
    const healMs = (lastDisturbance?.toMs ?? Date.now()) - injectedMs;
    await pause(UNDISTURBED_MS);
    const { operations, breaches } = await world.close();
    const words = breaches.map((breach) => `${breach.invariant} ${breach.words}`);
    return report({ operations, breaches: [...world.failures, ...words], healMs });
  };
  try {
    return await Promise.race([play(), endOf(end)]);
  } catch (error) {
    end.throwIfAborted();
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { attempts, pushes } = world.recorder;
    const breaches = [...world.failures, `broken off: ${words}`];
    return report({ operations: attempts.length + pushes.length, breaches, healMs: undefined });
  } finally {
    await world.end();
  }
}

async function endOf(end: AbortSignal): Promise<never> {
  if (!end.aborted) await once(end, 'abort');
  throw end.reason;
}
