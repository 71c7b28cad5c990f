import { Inject } from '@nestjs/common';
import { type Job, Jobs } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { rowIDOf } from '../http/names.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { Problem } from '../problem.filter.js';
import { jobDto, JOBS } from './jobs.operations.js';

@AdminController()
export class JobsController {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Serves(JOBS.listJobs)
  list(@Asked() call: Call<typeof JOBS.listJobs>) {
    return call.page(
      {},
      (before, limit) => this.jobs.book.page(before && String(before[0]), limit),
      ({ id }) => [id],
      jobDto,
    );
  }

  @Serves(JOBS.getJob)
  async get(@Asked() { params }: Call<typeof JOBS.getJob>) {
    return jobDto(found(await this.jobs.book.find(found(rowIDOf(params), unknown)), unknown));
  }

  @Serves(JOBS.abortJob)
  async abort(@Asked() { actor, params }: Call<typeof JOBS.abortJob>) {
    const outcome = await this.jobs.book.abort(actor, found(rowIDOf(params), unknown));
    return jobDto(wished(outcome, 'aborted', REFUSALS).job);
  }
}

const unknown = (): Problem => new Problem(404, 'No job has this id.');

const REFUSALS = {
  unknown,
  'finished-before': ({ job }: { readonly job: Job }) =>
    new Problem(409, `The job is ${job.state}: there is nothing to abort.`),
  'not-abortable': () =>
    new Problem(409, 'The agreement of these sessions is over: the job cannot be aborted.'),
} as const;
