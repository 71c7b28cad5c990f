import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import { parseUserSessionID, SESSION_LEDGER, type SessionLedger } from '@sap2/session-core';
import { BearerTokenGuard } from '../bearer-token.guard.js';
import { Problem } from '../problem.filter.js';
import { type SessionDto, sessionDto } from './session.dto.js';

@Controller('/admin/v1/sessions')
@UseGuards(BearerTokenGuard)
export class GetSessionController {
  constructor(@Inject(SESSION_LEDGER) private readonly ledger: SessionLedger) {}

  @Get('/:id')
  async get(@Param('id') text: string): Promise<SessionDto> {
    const id = parseUserSessionID(text);
    const session = id === undefined ? undefined : await this.ledger.find(id);
    if (session === undefined) throw new Problem(404, 'No live session has this id.');
    return sessionDto(session);
  }
}
