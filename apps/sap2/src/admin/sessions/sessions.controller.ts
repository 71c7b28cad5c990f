import { Inject } from '@nestjs/common';
import { type ListPosition, Sessions } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { type AnswerTo, Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { Serves } from '../http/operation.js';
import { found } from '../http/outcomes.js';
import { jobDto } from '../jobs/job.dto.js';
import {
  historyFilterOf,
  noSession,
  type PastSessionDto,
  pastSessionDto,
  type SessionDto,
  sessionDto,
  sessionIDOf,
} from './session.dto.js';
import { sessionFilterOf } from './session-filter.js';
import { SESSIONS } from './sessions.operations.js';

@AdminController()
export class SessionsController {
  constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

  @Serves(SESSIONS.listSessions)
  list(@Asked() call: Call<typeof SESSIONS.listSessions>): Promise<Page<SessionDto>> {
    const filter = sessionFilterOf(call.query);
    return call.page(
      filter,
      (after, limit) => this.sessions.page(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      ({ session }) => sessionDto(session),
    );
  }

  @Serves(SESSIONS.getSession)
  async get(@Asked() { params }: Call<typeof SESSIONS.getSession>): Promise<SessionDto> {
    return sessionDto(found(await this.sessions.find(sessionIDOf(params)), noSession));
  }

  @Serves(SESSIONS.endSession)
  async end(@Asked() { actor, params }: Call<typeof SESSIONS.endSession>): Promise<void> {
    if (!(await this.sessions.end(actor, sessionIDOf(params)))) throw noSession();
  }

  @Serves(SESSIONS.endSessions)
  async endAll(
    @Asked() call: Call<typeof SESSIONS.endSessions>,
  ): Promise<AnswerTo<typeof SESSIONS.endSessions>> {
    const { reason, ratePerSecond, dryRun } = call.body;
    const filter = sessionFilterOf(call.body.filter);
    if (dryRun) return { matching: await this.sessions.count(filter), job: null };
    const job = await call.once(
      () => this.sessions.endAll(call.actor, { filter, reason, ratePerSecond }),
      (id) => this.sessions.earlierJob(id),
    );
    return { matching: job.total, job: jobDto(job) };
  }

  @Serves(SESSIONS.listSessionHistory)
  history(@Asked() call: Call<typeof SESSIONS.listSessionHistory>): Promise<Page<PastSessionDto>> {
    const filter = historyFilterOf(call.query);
    return call.page(
      filter,
      (after, limit) => this.sessions.history(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      pastSessionDto,
    );
  }
}
