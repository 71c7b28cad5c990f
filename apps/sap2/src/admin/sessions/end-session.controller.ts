import { Inject } from '@nestjs/common';
import { type Actor, EndOneSession } from '@sap2/administration';
import { type EventLog, sessionTag } from '@sap2/observability';
import { parseUserSessionID } from '@sap2/session-core';
import { EVENT_LOG } from '../event-log.token.js';
import { By } from '../http/caller.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { SESSION_ID } from './session.dto.js';

const END_SESSION = operation({
  method: 'DELETE',
  path: '/sessions/:id',
  name: 'endSession',
  noun: 'sessions',
  summary: 'Ends a user session for good.',
  description:
    'Its owner is told by the delivery loop (601), but not which administrator did it (ssp-binding §5).',
  scope: 'sessions',
  params: { id: SESSION_ID },
  answer: { status: 204, says: 'It is ended.' },
  refusals: [404],
});

@AdminController()
export class EndSessionController {
  constructor(
    @Inject(EndOneSession) private readonly endSession: EndOneSession,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Serves(END_SESSION)
  async end(@Input() { params }: InputOf<typeof END_SESSION>, @By() actor: Actor): Promise<void> {
    const id = parseUserSessionID(params.id);
    const ended = id && (await this.endSession.execute(actor, id));
    if (ended === undefined) throw new Problem(404, 'No live session has this id.');
    const { peer, cause } = ended;
    const { name: administrator, requestID: requestId } = actor;
    this.log.event('session_ended', { requestId, administrator, session: sessionTag(ended.id), peer, cause });
  }
}
