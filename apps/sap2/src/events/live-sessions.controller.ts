import { Inject, Res } from '@nestjs/common';
import type { ListPosition } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin/admin-controller.js';
import { Asked, type Call } from '../admin/http/call.js';
import { accountOf, domainOf } from '../admin/http/names.js';
import { sendLines } from '../admin/http/ndjson.js';
import { Serves } from '../admin/http/serves.js';
import { found } from '../admin/http/outcomes.js';
import { Problem } from '../admin/problem.filter.js';
import { Elements } from './elements.js';
import { INTERNAL_BASE, LIVE_SESSIONS } from './elements.operations.js';

const SNAPSHOT_RETRY_S = 5;

@AdminController(INTERNAL_BASE)
export class LiveSessionsController {
  constructor(@Inject(Elements) private readonly elements: Elements) {}

  @Serves(LIVE_SESSIONS.listLiveSessions)
  list(@Asked() call: Call<typeof LIVE_SESSIONS.listLiveSessions>) {
    const filter = { account: accountOf(call.query.user), domain: domainOf(call.query.domain) };
    return call.page(
      filter,
      (after, limit) => this.elements.sessions.page(filter, after as ListPosition | undefined, limit),
      ({ position }) => position,
      ({ dto }) => dto,
    );
  }

  @Serves(LIVE_SESSIONS.snapshotLiveSessions)
  async snapshot(
    @Asked() { query }: Call<typeof LIVE_SESSIONS.snapshotLiveSessions>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = this.elements.sessions.snapshot(domainOf(query.domain));
    if (lines === undefined)
      throw new Problem(503, 'Other snapshots are in progress. Try again.', [], SNAPSHOT_RETRY_S);
    await sendLines(reply, lines);
  }

  @Serves(LIVE_SESSIONS.getLiveSession)
  async get(@Asked() { params }: Call<typeof LIVE_SESSIONS.getLiveSession>) {
    return found(
      await this.elements.sessions.find(params.id),
      () => new Problem(404, 'No live session has this id.'),
    );
  }

  @Serves(LIVE_SESSIONS.queryLiveSessions)
  query(@Asked() { body }: Call<typeof LIVE_SESSIONS.queryLiveSessions>) {
    return body.ids === undefined
      ? this.elements.sessions.byUsers(body.users ?? [])
      : this.elements.sessions.byIDs(body.ids);
  }
}
