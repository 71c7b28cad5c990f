import { Inject } from '@nestjs/common';
import { type ListPosition, Sessions } from '@sap2/administration';
import { parseUserSessionID, type UserSessionID } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { msOf } from '../http/fields.js';
import { accountOf, domainOf, peerOf } from '../http/names.js';
import { Serves } from '../http/serves.js';
import { found } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { jobDto } from '../jobs/jobs.operations.js';
import { Problem } from '../problem.filter.js';
import { sessionFilterOf } from './session-filter.js';
import { PAST_SESSION, SESSION, SESSIONS } from './sessions.operations.js';

@AdminController()
export class SessionsController {
  constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

  @Serves(SESSIONS.listSessions)
  list(@Asked() call: Call<typeof SESSIONS.listSessions>) {
    const filter = sessionFilterOf(call.query);
    return call.page(
      filter,
      (after, limit) => this.sessions.page(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      ({ session }) => shown(SESSION, session),
    );
  }

  @Serves(SESSIONS.getSession)
  async get(@Asked() { params }: Call<typeof SESSIONS.getSession>) {
    return shown(SESSION, found(await this.sessions.find(idOf(params)), noSession));
  }

  @Serves(SESSIONS.endSession)
  async end(@Asked() { actor, params }: Call<typeof SESSIONS.endSession>) {
    if (!(await this.sessions.end(actor, idOf(params)))) throw noSession();
  }

  @Serves(SESSIONS.endSessions)
  async endAll(@Asked() call: Call<typeof SESSIONS.endSessions>) {
    const { reason, ratePerSecond, dryRun } = call.body;
    const filter = sessionFilterOf(call.body.filter);
    if (dryRun) return { matching: await this.sessions.book.count(filter), job: null };
    const job = await call.once(
      () => this.sessions.endAll(call.actor, { filter, reason, ratePerSecond }),
      (id) => this.sessions.earlierJob(id),
    );
    return { matching: job.total, job: jobDto(job) };
  }

  @Serves(SESSIONS.listSessionHistory)
  history(@Asked() call: Call<typeof SESSIONS.listSessionHistory>) {
    const { user, peer, domain, cause, endedBefore, endedAfter } = call.query;
    const of = { account: accountOf(user), peer: peerOf(peer), domain: domainOf(domain), cause };
    const filter = { ...of, endedBeforeMs: msOf(endedBefore), endedAfterMs: msOf(endedAfter) };
    return call.page(
      filter,
      (after, limit) => this.sessions.book.history(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      (session) => shown(PAST_SESSION, session),
    );
  }
}

const noSession = (): Problem => new Problem(404, 'No live session has this id.');

/** @throws Problem 404 for what is not the id of a session */
const idOf = ({ id }: { readonly id: string }): UserSessionID => found(parseUserSessionID(id), noSession);
