import { Inject } from '@nestjs/common';
import type { Actor } from '@sap2/administration';
import { type EventLog, sessionTag } from '@sap2/observability';
import { EndSession, parseUserSessionID } from '@sap2/session-core';
import { EVENT_LOG } from '../../wiring/tokens.js';
import { By } from '../http/caller.js';
import { shortText } from '../http/fields.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';

const END_SESSION = operation({
  method: 'DELETE',
  path: '/sessions/:id',
  name: 'endSession',
  noun: 'sessions',
  summary: 'Ends a user session for good.',
  description:
    'Its owner is told by the delivery loop (601), but not which administrator did it (ssp-binding §5).',
  scope: 'sessions',
  params: { id: shortText },
  answer: { status: 204, says: 'It is ended.' },
  refusals: [404],
});

@AdminController()
export class EndSessionController {
  constructor(
    @Inject(EndSession) private readonly endSession: EndSession,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  @Serves(END_SESSION)
  async end(@Input() { params }: InputOf<typeof END_SESSION>, @By() actor: Actor): Promise<void> {
    const id = parseUserSessionID(params.id);
    const ids = id === undefined ? [] : [id];
    const ending = { ids, cause: 'administrator', reason: undefined, onlyOwnedBy: undefined } as const;
    const [ended] = await this.endSession.execute(ending);
    if (ended === undefined) throw new Problem(404, 'No live session has this id.');
    const { peer, cause } = ended;
    const { name: administrator, requestID: requestId } = actor;
    this.log.event('session_ended', { requestId, administrator, session: sessionTag(ended.id), peer, cause });
  }
}
