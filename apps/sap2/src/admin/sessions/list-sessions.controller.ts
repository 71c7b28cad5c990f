import { Inject } from '@nestjs/common';
import { type ListPosition, SESSIONS, type Sessions } from '@sap2/administration';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { SESSION, sessionDto } from './session.dto.js';
import { SESSION_FILTER, sessionFilterOf } from './session-filter.js';

const LIST_SESSIONS = operation({
  method: 'GET',
  path: '/sessions',
  name: 'listSessions',
  noun: 'sessions',
  summary: 'Live user sessions, the last to start first.',
  scope: 'read',
  query: { ...SESSION_FILTER, ...PAGE_QUERY },
  answer: { status: 200, says: 'A page of sessions.', schema: pageOf(SESSION) },
});

@AdminController()
export class ListSessionsController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_SESSIONS)
  list(@Input() { query }: InputOf<typeof LIST_SESSIONS>): Promise<object> {
    const { limit, cursor, ...given } = query;
    const filters = sessionFilterOf(given);
    return this.cursors.page(
      { list: LIST_SESSIONS.name, filters },
      { limit, cursor },
      (after, most) => this.sessions.page(filters, after as ListPosition | undefined, most),
      ({ position }) => position,
      ({ session }) => sessionDto(session),
    );
  }
}
