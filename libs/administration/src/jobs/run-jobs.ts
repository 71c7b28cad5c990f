import { assertNever } from '@sap2/kernel';
import type { SessionEnd } from '@sap2/session-core';
import type { Job, Jobs } from '../ports/jobs.port.js';

export type RunOutcome =
  | { readonly kind: 'worked' }
  | { readonly kind: 'finished'; readonly job: Job }
  /** Undefined: no job is running. */
  | { readonly kind: 'nothing-due'; readonly nextInMs: number | undefined };

/** One step of the jobs. A batch counts as done only once both stores know of its ends (V1). */
export class RunJobs {
  constructor(
    private readonly jobs: Pick<Jobs, 'step' | 'confirm' | 'finish'>,
    private readonly end: Pick<SessionEnd, 'announce' | 'letIn'>,
  ) {}

  async execute(): Promise<RunOutcome> {
    const step = await this.end.announce(this.jobs.step());
    switch (step.kind) {
      case 'worked':
        await this.jobs.confirm(step.job, step.batch);
        return { kind: 'worked' };
      case 'over':
        if (step.shutOut !== undefined) await this.end.letIn(step.shutOut);
        return { kind: 'finished', job: await this.jobs.finish(step.job) };
      case 'tidied':
        return { kind: 'worked' };
      case 'nothing-due':
        return step;
      default:
        return assertNever(step);
    }
  }
}
