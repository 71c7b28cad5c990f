import { Inject } from '@nestjs/common';
import { parseUserSessionID, SESSION_LEDGER, type SessionLedger } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { SESSION, SESSION_ID, type SessionDto, sessionDto } from './session.dto.js';

const GET_SESSION = operation({
  method: 'GET',
  path: '/sessions/:id',
  name: 'getSession',
  noun: 'sessions',
  summary: 'One live user session.',
  scope: 'read',
  params: { id: SESSION_ID },
  answer: { status: 200, says: 'The session.', schema: SESSION },
  refusals: [404],
});

@AdminController()
export class GetSessionController {
  constructor(@Inject(SESSION_LEDGER) private readonly ledger: SessionLedger) {}

  @Serves(GET_SESSION)
  async get(@Input() { params }: InputOf<typeof GET_SESSION>): Promise<SessionDto> {
    const id = parseUserSessionID(params.id);
    const session = id === undefined ? undefined : await this.ledger.find(id);
    if (session === undefined) throw new Problem(404, 'No live session has this id.');
    return sessionDto(session);
  }
}
