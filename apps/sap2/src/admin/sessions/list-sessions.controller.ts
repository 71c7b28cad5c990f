import { Inject } from '@nestjs/common';
import { SESSION_LEDGER, type SessionLedger, type UserSessionID } from '@sap2/session-core';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { SESSION, sessionDto } from './session.dto.js';

const LIST_SESSIONS = operation({
  method: 'GET',
  path: '/sessions',
  name: 'listSessions',
  noun: 'sessions',
  summary: 'Live user sessions, in the order of their ids.',
  scope: 'read',
  query: PAGE_QUERY,
  answer: { status: 200, says: 'A page of sessions.', schema: pageOf(SESSION) },
});

@AdminController()
export class ListSessionsController {
  constructor(
    @Inject(SESSION_LEDGER) private readonly ledger: SessionLedger,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_SESSIONS)
  list(@Input() { query }: InputOf<typeof LIST_SESSIONS>): Promise<object> {
    return this.cursors.page(
      { list: LIST_SESSIONS.name, filters: {} },
      query,
      (after, limit) =>
        this.ledger.page({
          after: after?.[0] as UserSessionID | undefined,
          limit,
          account: undefined,
          peer: undefined,
        }),
      ({ id }) => [id],
      sessionDto,
    );
  }
}
