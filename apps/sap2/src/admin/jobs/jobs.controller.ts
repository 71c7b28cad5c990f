import { Inject } from '@nestjs/common';
import { Jobs } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { rowIDOf } from '../http/names.js';
import { Serves } from '../http/operation.js';
import { found, wished } from '../http/outcomes.js';
import { JOB_REFUSALS, type JobDto, jobDto, noJob } from './job.dto.js';
import { JOBS } from './jobs.operations.js';

@AdminController()
export class JobsController {
  constructor(@Inject(Jobs) private readonly jobs: Jobs) {}

  @Serves(JOBS.listJobs)
  list(@Asked() call: Call<typeof JOBS.listJobs>): Promise<Page<JobDto>> {
    return call.page(
      {},
      (before, limit) => this.jobs.page(before === undefined ? undefined : String(before[0]), limit),
      ({ id }) => [id],
      jobDto,
    );
  }

  @Serves(JOBS.getJob)
  async get(@Asked() { params }: Call<typeof JOBS.getJob>): Promise<JobDto> {
    return jobDto(found(await this.jobs.find(found(rowIDOf(params), noJob)), noJob));
  }

  @Serves(JOBS.abortJob)
  async abort(@Asked() { actor, params }: Call<typeof JOBS.abortJob>): Promise<JobDto> {
    const outcome = await this.jobs.abort(actor, found(rowIDOf(params), noJob));
    return jobDto(wished(outcome, 'aborted', JOB_REFUSALS).job);
  }
}
