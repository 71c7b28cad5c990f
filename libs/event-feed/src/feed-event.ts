import type { AccountID, ClientID, Domain, ServiceID, UserSessionID } from '@sap2/session-core';

/** northbound §1 */
export const EVENT_TYPES = [
  'session.started',
  'session.resumed',
  'session.services-changed',
  'session.ended',
  'user.created',
  'user.suspended',
  'user.reactivated',
  'user.deleted',
  'user.credentials-changed',
  'user.locked',
  'agreement.created',
  'agreement.changed',
  'agreement.ended',
  'delivery.undelivered',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What an event says beside what all events say; the type of the event decides. */
export type EventData = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Something that happened, as the transaction that made it true writes it. */
export interface NewEvent {
  readonly type: EventType;
  readonly domain?: Domain | undefined;
  readonly account?: AccountID | undefined;
  readonly peer?: ServiceID | undefined;
  readonly data?: EventData;
}

/** An event with its place in the feed. */
export interface FeedEvent {
  /** Unique for ever. */
  readonly id: string;
  /** Later commits have larger positions, also after a failover and in a restored copy. */
  readonly position: bigint;
  readonly type: EventType;
  readonly atMs: number;
  readonly domain: Domain | undefined;
  readonly account: AccountID | undefined;
  readonly sessionID: UserSessionID | undefined;
  readonly client: ClientID | undefined;
  readonly peer: ServiceID | undefined;
  readonly data: EventData;
}
