import { Controller, Delete, HttpCode, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { type EventLog, sessionTag } from '@sap2/observability';
import { EndSession, parseUserSessionID } from '@sap2/session-core';
import type { FastifyRequest } from 'fastify';
import { EVENT_LOG } from '../../wiring/tokens.js';
import { administratorOf, BearerTokenGuard } from '../bearer-token.guard.js';
import { Problem } from '../problem.filter.js';

/** Ends a session for good; its owner is told by the delivery loop, but not which administrator did it (ssp-binding §5). */
@Controller('/admin/v1/sessions')
@UseGuards(BearerTokenGuard)
export class EndSessionController {
  constructor(
    @Inject(EndSession) private readonly endSession: EndSession,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Delete('/:id')
  @HttpCode(204)
  async end(@Param('id') text: string, @Req() request: FastifyRequest): Promise<void> {
    const id = parseUserSessionID(text);
    const ids = id === undefined ? [] : [id];
    const ending = { ids, cause: 'administrator', reason: undefined, onlyOwnedBy: undefined } as const;
    const [ended] = await this.endSession.execute(ending);
    if (ended === undefined) throw new Problem(404, 'No live session has this id.');
    const { peer, cause } = ended;
    const detail = `by ${administratorOf(request)}`;
    this.log.event('session_ended', { session: sessionTag(ended.id), peer, cause, detail });
  }
}
