import type {
  AccountID,
  ClientID,
  CspVersion,
  Domain,
  FunctionName,
  ServiceID,
  UserSession,
  UserSessionID,
} from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import { nameColumn, nowColumn, nullable, primary, textColumn, textsColumn, timeColumn } from './columns.js';

/** A ClientID without the forms that did not come. */
export type StoredClient = { readonly [Form in keyof ClientID]?: string };

export interface LiveSessionRow {
  readonly id: UserSessionID;
  readonly account: AccountID;
  readonly domain: Domain;
  readonly user_id: string;
  readonly client: StoredClient;
  /** SHA-256 of the client key, since a ClientID may be longer than an index entry. */
  readonly client_key: string;
  readonly peer: ServiceID;
  readonly keep_alive_time_s: number;
  readonly csp_version: CspVersion;
  readonly sap_epoch: string | null;
  readonly session_cookie: string | null;
  readonly capability_list: string | null;
  readonly agreed_services: FunctionName[];
  readonly origin_transaction_id: string;
  /** By the clock of the process that logged the user in. */
  readonly started_at: Date;
  /** By PostgreSQL's clock. */
  readonly opened_at: Date;
}

export const liveSessionTable = new EntitySchema<LiveSessionRow>({
  name: 'live_session',
  columns: {
    id: primary(nameColumn, 'live_session_pkey'),
    account: nameColumn,
    domain: nameColumn,
    user_id: textColumn,
    client: { type: 'jsonb' },
    client_key: nameColumn,
    peer: nameColumn,
    keep_alive_time_s: { type: 'integer' },
    csp_version: textColumn,
    sap_epoch: nullable(textColumn),
    session_cookie: nullable(textColumn),
    capability_list: nullable(textColumn),
    agreed_services: textsColumn,
    origin_transaction_id: nameColumn,
    started_at: timeColumn,
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

export function storedClient(client: ClientID): StoredClient {
  return Object.fromEntries(Object.entries(client).filter(([, form]) => form !== undefined));
}

export function clientOf({ url, msisdn, text, applicationID }: StoredClient): ClientID {
  return { url, msisdn, text, applicationID };
}

export function sessionOf(row: LiveSessionRow): UserSession {
  return {
    id: row.id,
    account: row.account,
    domain: row.domain,
    userID: row.user_id,
    client: clientOf(row.client),
    peer: row.peer,
    keepAliveTimeS: row.keep_alive_time_s,
    cspVersion: row.csp_version,
    sapEpoch: row.sap_epoch ?? undefined,
    sessionCookie: row.session_cookie ?? undefined,
    capabilityList: row.capability_list ?? undefined,
    agreedServices: row.agreed_services,
    startedAtMs: row.started_at.getTime(),
  };
}
