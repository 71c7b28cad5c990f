import { type ClientID, clientKeyOf, type SessionBirth, type UserSession } from '@sap2/session-core';
import { createHash } from 'node:crypto';
import { ColumnMap } from './column-map.js';

/** A ClientID without the forms that did not come. */
type StoredClient = { readonly [Form in keyof ClientID]?: string | undefined };

interface StoredSession extends UserSession {
  /** SHA-256 of the client key, since a ClientID may be longer than an index entry. */
  readonly clientKey: string;
  readonly originTransactionID: string;
}

const sessions = new ColumnMap<StoredSession>({
  id: 'text',
  account: 'text',
  domain: 'text',
  userID: 'text',
  client: 'jsonb',
  clientKey: 'text',
  peer: 'text',
  keepAliveTimeS: 'integer',
  cspVersion: 'text',
  sapEpoch: 'text',
  sessionCookie: 'text',
  capabilityList: 'text',
  agreedServices: 'text[]',
  originTransactionID: 'text',
  /** By the clock of the process that logged the user in. */
  startedAtMs: 'timestamptz',
});

/** The row of a session that begins. */
export const rowOf = ({ session, transactionID }: SessionBirth): object =>
  sessions.rowOf({
    ...session,
    clientKey: createHash('sha256').update(clientKeyOf(session.client), 'utf8').digest('base64url'),
    originTransactionID: transactionID,
  });

export function sessionOf(row: object): UserSession {
  const { clientKey: _key, originTransactionID: _transaction, ...session } = sessions.thingOf(row);
  return { ...session, client: clientOf(session.client) };
}

export function clientOf({ url, msisdn, text, applicationID }: StoredClient): ClientID {
  return { url, msisdn, text, applicationID };
}
