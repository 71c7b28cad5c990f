import { setMaxListeners } from 'node:events';
import type { EventLog, Measures } from '@sap2/observability';
import type { Gate } from '../listeners/gate.js';
import { type Loop, pause, runLoop } from './loop.js';

const RESTART_PAUSE_MS = 1_000;

/** A worker with its own schedule that ends at its signal. */
export interface Worker {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * What happens without a request. The guard opens the gate when the live store is complete; only then do the others
 * begin. Stopping ends each after the step it is in.
 */
export class Loops {
  private readonly abort = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    private readonly gate: Gate,
    private readonly guard: Loop,
    private readonly loops: readonly Loop[],
    private readonly workers: readonly Worker[],
    private readonly log: EventLog,
    private readonly measures: Pick<Measures, 'loopFailed'>,
  ) {}

  /** Resolves when the gate is open. */
  async start(): Promise<void> {
    const { signal } = this.abort;
    // All loops and delivery queues listen to it, so Node's warning of a leak at 11 would be wrong.
    setMaxListeners(0, signal);
    const guarding = runLoop(this.guard, signal, this.report);
    this.running = [guarding];
    await this.gate.opened(signal);
    this.running = [
      guarding,
      ...this.loops.map((loop) => runLoop(loop, signal, this.report)),
      ...this.workers.map((worker) => this.keep(worker)),
    ];
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await Promise.all(this.running);
  }

  private readonly report = (role: string, error: unknown): void => {
    this.log.warn('loop_failed', { role, error });
    this.measures.loopFailed(role);
  };

  /** A worker that breaks is started again. */
  private async keep(worker: Worker): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      await worker.run(signal).catch((error: unknown) => this.report(worker.name, error));
      if (!signal.aborted) await pause(RESTART_PAUSE_MS, signal);
    }
  }
}
