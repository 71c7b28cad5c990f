import type { LiveSessions } from '@sap2/session-core';
import type { Jobs, JobStep } from '../ports/jobs.port.js';

/** One step of the jobs: what it ended is ended in both stores when this returns. */
export class RunJobs {
  constructor(
    private readonly jobs: Pick<Jobs, 'step'>,
    private readonly live: Pick<LiveSessions, 'remove'>,
  ) {}

  async execute(): Promise<JobStep> {
    const step = await this.jobs.step();
    if (step.kind === 'worked') await this.live.remove(step.ended);
    return step;
  }
}
