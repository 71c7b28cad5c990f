import { Controller, Delete, HttpCode, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { EndSession, parseUserSessionID } from '@sap2/session-core';
import type { FastifyRequest } from 'fastify';
import { administratorOf, BearerTokenGuard } from '../bearer-token.guard.js';
import { Problem } from '../problem.filter.js';

/** Ends a session for good; its owner is told by the delivery loop (ssp-binding §5). */
@Controller('/admin/v1/sessions')
@UseGuards(BearerTokenGuard)
export class EndSessionController {
  constructor(@Inject(EndSession) private readonly endSession: EndSession) {}

  @Delete('/:id')
  @HttpCode(204)
  async end(@Param('id') text: string, @Req() request: FastifyRequest): Promise<void> {
    const id = parseUserSessionID(text);
    const reason = `ended by ${administratorOf(request)}`;
    const end = {
      ids: id === undefined ? [] : [id],
      cause: 'administrator',
      reason,
      onlyOwnedBy: undefined,
    } as const;
    const ended = await this.endSession.execute(end);
    if (ended.length === 0) throw new Problem(404, 'No live session has this id.');
  }
}
