import {
  type DueDisconnect,
  type EndCause,
  type DisconnectOutbox,
  parseServiceID,
  type ServiceID,
  type UserSessionID,
} from '@sap2/session-core';
import { randomUUID } from 'node:crypto';

export interface DisconnectOutboxSubject {
  readonly outbox: DisconnectOutbox;
  /** Ends a session of the peer, so that the outbox has a disconnect for it. */
  readonly owe: (peer: ServiceID, cause: EndCause, reason: string | undefined) => Promise<UserSessionID>;
  /** Makes the store believe that so much time has passed. */
  readonly letPass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export type Get = () => DisconnectOutboxSubject;

export const LEASE_MS = 60_000;

/** Names are fresh in every test, so that a store need not be emptied in between. */
export function newPeer(): ServiceID {
  const peer = parseServiceID(`wv:@p${randomUUID()}.example`);
  if (!peer.ok) throw new Error(peer.error);
  return peer.value;
}

export async function oweSome(subject: DisconnectOutboxSubject, peer: ServiceID, count: number) {
  const ids: UserSessionID[] = [];
  for (let i = 0; i < count; i++) ids.push(await subject.owe(peer, 'administrator', undefined));
  return ids;
}

export const sessionsOf = (rows: readonly DueDisconnect[]): UserSessionID[] =>
  rows.map(({ sessionID }) => sessionID);

export async function claimOne(subject: DisconnectOutboxSubject, peer: ServiceID): Promise<DueDisconnect> {
  const [row, ...rest] = await subject.outbox.claim(peer, 10, LEASE_MS);
  if (row === undefined || rest.length > 0) throw new Error('exactly one disconnect was to be due');
  return row;
}
