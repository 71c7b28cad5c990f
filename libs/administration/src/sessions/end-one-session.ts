import type { EndedSession, SessionEnd, UserSessionID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { Sessions } from '../ports/sessions.port.js';

/** Ends one session for good, of whatever peer; when it returns, it is ended in both stores. */
export class EndOneSession {
  constructor(
    private readonly sessions: Pick<Sessions, 'end'>,
    private readonly end: SessionEnd,
  ) {}

  /** Undefined: it is not live. */
  execute(actor: Actor, id: UserSessionID): Promise<EndedSession | undefined> {
    return this.end.announce(this.sessions.end(actor, id));
  }
}
