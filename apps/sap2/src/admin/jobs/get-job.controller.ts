import { Inject } from '@nestjs/common';
import { JOBS, type Jobs } from '@sap2/administration';
import type { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { JOB, JOB_ID, jobDto, rowIDOf } from './job.dto.js';

const GET_JOB = operation({
  method: 'GET',
  path: '/jobs/:id',
  name: 'getJob',
  noun: 'jobs',
  summary: 'A job and how far it is.',
  scope: 'read',
  params: { id: JOB_ID },
  answer: { status: 200, says: 'The job.', schema: JOB },
  refusals: [404],
});

@AdminController()
export class GetJobController {
  constructor(@Inject(JOBS) private readonly jobs: Jobs) {}

  @Serves(GET_JOB)
  async get(@Input() { params }: InputOf<typeof GET_JOB>): Promise<z.output<typeof JOB>> {
    const id = rowIDOf(params.id);
    const job = id === undefined ? undefined : await this.jobs.find(id);
    if (job === undefined) throw new Problem(404, 'No job has this id.');
    return jobDto(job);
  }
}
