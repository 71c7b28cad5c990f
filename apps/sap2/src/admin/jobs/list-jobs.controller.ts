import { Inject } from '@nestjs/common';
import { JOBS, type Jobs } from '@sap2/administration';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { JOB, jobDto } from './job.dto.js';

const LIST_JOBS = operation({
  method: 'GET',
  path: '/jobs',
  name: 'listJobs',
  noun: 'jobs',
  summary: 'Jobs, newest first.',
  scope: 'read',
  query: PAGE_QUERY,
  answer: { status: 200, says: 'A page of jobs.', schema: pageOf(JOB) },
});

@AdminController()
export class ListJobsController {
  constructor(
    @Inject(JOBS) private readonly jobs: Jobs,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_JOBS)
  list(@Input() { query }: InputOf<typeof LIST_JOBS>): Promise<object> {
    return this.cursors.page(
      { list: LIST_JOBS.name, filters: {} },
      query,
      (after, limit) => this.jobs.page(after === undefined ? undefined : String(after[0]), limit),
      ({ id }) => [id],
      jobDto,
    );
  }
}
