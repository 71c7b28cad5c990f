import type { Jobs, RunOutcome } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { EventLog } from '@sap2/observability';
import { pause } from './loop.js';
import type { Worker } from './loops.js';

/** How soon a new job is begun. */
const LOOK_EVERY_MS = 2_000;

/**
 * Works on the jobs of administrators, batch by batch, whichever process they were made in. Asks PostgreSQL every 2 s when
 * the next step is due: one statement.
 */
export class JobsWorker implements Worker {
  readonly name = 'jobs';

  constructor(
    private readonly jobs: Pick<Jobs, 'run'>,
    private readonly log: EventLog,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = this.report(await this.jobs.run());
      if (pauseMs > 0) await pause(pauseMs, signal);
    }
  }

  /** Milliseconds until the next step. */
  private report(step: RunOutcome): number {
    switch (step.kind) {
      case 'worked':
        return 0;
      case 'finished':
        this.log.event('job_finished', { count: step.job.done, detail: `job ${step.job.id}` });
        return 0;
      case 'nothing-due':
        return Math.min(LOOK_EVERY_MS, Math.ceil(step.nextInMs ?? LOOK_EVERY_MS) + 1);
      default:
        return assertNever(step);
    }
  }
}
