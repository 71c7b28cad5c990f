import { type ClientID, clientKeyOf, type SessionBirth, type UserSession } from '@sap2/session-core';
import { createHash } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import { ColumnMap } from './column-map.js';
import { nameColumn, nowColumn, nullable, primary, textColumn, textsColumn, timeColumn } from './columns.js';

/** A ClientID without the forms that did not come. */
export type StoredClient = { readonly [Form in keyof ClientID]?: string | undefined };

interface StoredSession extends UserSession {
  /** SHA-256 of the client key, since a ClientID may be longer than an index entry. */
  readonly clientKey: string;
  readonly originTransactionID: string;
}

const sessions = new ColumnMap<StoredSession>({
  id: primary(nameColumn, 'live_session_pkey'),
  account: nameColumn,
  domain: nameColumn,
  userID: textColumn,
  client: { type: 'jsonb' },
  clientKey: nameColumn,
  peer: nameColumn,
  keepAliveTimeS: { type: 'integer' },
  cspVersion: textColumn,
  sapEpoch: nullable(textColumn),
  sessionCookie: nullable(textColumn),
  capabilityList: nullable(textColumn),
  agreedServices: textsColumn,
  originTransactionID: nameColumn,
  /** By the clock of the process that logged the user in. */
  startedAtMs: timeColumn,
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

export const liveSessionTable = new EntitySchema<object>({
  name: 'live_session',
  columns: {
    ...sessions.columns,
    /** By PostgreSQL's clock. */
    opened_at: nowColumn,
  },
  uniques: [{ name: 'live_session_one_per_client', columns: ['account', 'client_key'] }],
  indices: [
    { name: 'live_session_by_peer', columns: ['peer', 'id'] },
    { name: 'live_session_by_opening', columns: ['opened_at'] },
    { name: 'live_session_by_start', columns: ['started_at', 'id'] },
    { name: 'live_session_of_peer', columns: ['peer', 'started_at', 'id'] },
    { name: 'live_session_of_domain', columns: ['domain', 'started_at', 'id'] },
    // Indices of expressions, which TypeORM cannot describe; it leaves them alone.
    ...['node', 'client_url', 'client_msisdn', 'client_text', 'client_applicationid'].map((of) => ({
      name: `live_session_of_${of}`,
      columns: ['id'],
      synchronize: false,
    })),
  ],
  foreignKeys: [
    {
      name: 'live_session_account',
      target: 'account',
      columnNames: ['account'],
      referencedColumnNames: ['id'],
    },
  ],
});

export function clientOf({ url, msisdn, text, applicationID }: StoredClient): ClientID {
  return { url, msisdn, text, applicationID };
}
