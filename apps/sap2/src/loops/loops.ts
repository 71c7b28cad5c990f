import type { EventLog } from '@sap2/observability';
import { type Loop, pause, runLoop } from './loop.js';

/** A worker with a schedule of its own, that ends when it is told to. */
export interface Worker {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * What happens without a request. The guard of the live store goes first: the gate opens when it has seen a complete
 * store once. Stopping ends each loop after the step it is in.
 */
export class Loops {
  private readonly abort = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    private readonly loops: readonly Loop[],
    private readonly workers: readonly Worker[],
    private readonly log: EventLog,
  ) {}

  start(): void {
    const { signal } = this.abort;
    const report = (role: string, error: unknown): void => this.log.warn('loop_failed', { role, error });
    this.running = [
      ...this.loops.map((loop) => runLoop(loop, signal, report)),
      ...this.workers.map((worker) => this.keep(worker, report)),
    ];
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await Promise.all(this.running);
  }

  /** A worker that breaks is started again. */
  private async keep(worker: Worker, report: (role: string, error: unknown) => void): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      await worker.run(signal).catch((error: unknown) => report(worker.name, error));
      if (!signal.aborted) await pause(1_000, signal);
    }
  }
}
