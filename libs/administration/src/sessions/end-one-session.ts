import type { EndedSession, LiveSessions, UserSessionID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { Sessions } from '../ports/sessions.port.js';

/** Ends one session for good, of whatever peer; when it returns, it is ended in both stores. */
export class EndOneSession {
  constructor(
    private readonly sessions: Pick<Sessions, 'end'>,
    private readonly live: Pick<LiveSessions, 'remove'>,
  ) {}

  /** Undefined: it is not live. */
  async execute(actor: Actor, id: UserSessionID): Promise<EndedSession | undefined> {
    const ended = await this.sessions.end(actor, id);
    if (ended !== undefined) await this.live.remove([ended]);
    return ended;
  }
}
