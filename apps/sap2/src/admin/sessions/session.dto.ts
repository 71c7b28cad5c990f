import type { UserSession } from '@sap2/session-core';

/** A live session as administrators see it. */
export interface SessionDto {
  readonly id: string;
  readonly account: string;
  /** As the peer sent it, with its resource. */
  readonly userID: string;
  readonly domain: string;
  readonly client: Partial<UserSession['client']>;
  readonly peer: string;
  readonly keepAliveTimeS: number;
  readonly cspVersion: string;
  readonly agreedServices: readonly string[];
  /** RFC 3339. */
  readonly startedAt: string;
}

export function sessionDto(session: UserSession): SessionDto {
  return {
    id: session.id,
    account: session.account,
    userID: session.userID,
    domain: session.domain,
    client: session.client,
    peer: session.peer,
    keepAliveTimeS: session.keepAliveTimeS,
    cspVersion: session.cspVersion,
    agreedServices: session.agreedServices,
    startedAt: new Date(session.startedAtMs).toISOString(),
  };
}
