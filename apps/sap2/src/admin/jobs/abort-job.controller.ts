import { Inject } from '@nestjs/common';
import { type AbortOutcome, type Actor, JOBS, type Jobs } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { z } from 'zod';
import { By } from '../http/caller.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { JOB, JOB_ID, jobDto, rowIDOf } from './job.dto.js';

const ABORT_JOB = operation({
  method: 'POST',
  path: '/jobs/:id/abort',
  name: 'abortJob',
  noun: 'jobs',
  summary: 'Stops a job. What it ended stays ended.',
  scope: 'sessions',
  params: { id: JOB_ID },
  answer: { status: 200, says: 'The job as it was stopped.', schema: JOB },
  refusals: [404, 409],
});

@AdminController()
export class AbortJobController {
  constructor(@Inject(JOBS) private readonly jobs: Jobs) {}

  @Serves(ABORT_JOB)
  async abort(
    @Input() { params }: InputOf<typeof ABORT_JOB>,
    @By() actor: Actor,
  ): Promise<z.output<typeof JOB>> {
    const id = rowIDOf(params.id);
    const outcome: AbortOutcome = id === undefined ? { kind: 'unknown' } : await this.jobs.abort(actor, id);
    switch (outcome.kind) {
      case 'aborted':
        return jobDto(outcome.job);
      case 'finished-before':
        throw new Problem(409, `The job is ${outcome.job.state}: there is nothing to abort.`);
      case 'not-abortable':
        throw new Problem(409, 'The agreement of these sessions is over: the job cannot be aborted.');
      case 'unknown':
        throw new Problem(404, 'No job has this id.');
      default:
        return assertNever(outcome);
    }
  }
}
