import { Inject } from '@nestjs/common';
import { type Actor, type Job, JOBS, type Jobs, SESSIONS, type Sessions } from '@sap2/administration';
import { z } from 'zod';
import { By } from '../http/caller.js';
import { IdempotentCreations } from '../http/creations.js';
import { AdminController } from '../admin-controller.js';
import { plainText } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { JOB, jobDto } from '../jobs/job.dto.js';
import { SESSION_FILTER_OBJECT, sessionFilterOf } from './session-filter.js';

/** What fits on a screen of a handset. */
const MAX_REASON = 200;
const MAX_RATE = 100_000;

const hasCondition = (filter: object): boolean => Object.values(filter).some((value) => value !== undefined);

const ANSWER = z.object({
  matching: z.int().describe('Sessions that match now.'),
  job: JOB.nullable().describe('Null for a dry run.'),
});

const END_SESSIONS = operation({
  method: 'POST',
  path: '/sessions/end',
  name: 'endSessions',
  noun: 'sessions',
  summary: 'Ends all sessions that match, as a job.',
  description:
    'The sessions are those that are live now: what is born later is left alone. Their owners are told (601) with the reason.',
  scope: 'sessions',
  body: z.strictObject({
    filter: SESSION_FILTER_OBJECT.refine(
      hasCondition,
      'must have a condition, so that nobody ends everything by mistake',
    ),
    reason: plainText(MAX_REASON).optional().describe('Why, in a line for people.'),
    dryRun: z.boolean().default(false).describe('Only counts.'),
    ratePerSecond: z.int().min(1).max(MAX_RATE).optional().describe('Left out: as fast as it goes.'),
  }),
  answer: { status: 202, says: 'The job has begun, or the count of a dry run.', schema: ANSWER },
  refusals: [422],
  creates: true,
});

@AdminController()
export class EndSessionsController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(JOBS) private readonly jobs: Jobs,
    @Inject(IdempotentCreations) private readonly creations: IdempotentCreations,
  ) {}

  @Serves(END_SESSIONS)
  async end(
    @Input() { body }: InputOf<typeof END_SESSIONS>,
    @By() actor: Actor,
  ): Promise<z.output<typeof ANSWER>> {
    const { reason, ratePerSecond } = body;
    const filter = sessionFilterOf(body.filter);
    if (body.dryRun) return { matching: await this.sessions.count(filter), job: null };
    const job = await this.creations.once(
      actor,
      () => this.jobs.create(actor, { filter, reason, ratePerSecond }),
      (id) => this.again(id),
    );
    return { matching: job.total, job: jobDto(job) };
  }

  private async again(id: string): Promise<Job> {
    const job = await this.jobs.find(id);
    if (job === undefined) throw new Error(`Job ${id} was made and is not there.`);
    return job;
  }
}
