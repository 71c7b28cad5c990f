import type { AccountID, CspVersion, Domain, EndCause, ServiceID, UserSessionID } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import type { StoredClient } from './live-session.row.js';
import { nameColumn, nowColumn, nullable, primary, textColumn, timeColumn } from './columns.js';

export interface SessionHistoryRow {
  readonly account: AccountID;
  readonly domain: Domain;
  readonly user_id: string;
  readonly client: StoredClient;
  readonly peer: ServiceID;
  readonly csp_version: CspVersion;
  readonly sap_epoch: string | null;
  readonly started_at: Date;
  readonly session_id: UserSessionID;
  readonly ended_at: Date;
  readonly cause: EndCause;
  readonly reason: string | null;
}

/** Partitioned by `ended_at`, a month each. */
export const sessionHistoryTable = new EntitySchema<SessionHistoryRow>({
  name: 'session_history',
  columns: {
    session_id: primary(nameColumn, 'session_history_pkey'),
    account: nameColumn,
    domain: nameColumn,
    user_id: textColumn,
    client: { type: 'jsonb' },
    peer: nameColumn,
    csp_version: textColumn,
    sap_epoch: nullable(textColumn),
    started_at: timeColumn,
    ended_at: primary(nowColumn, 'session_history_pkey'),
    cause: textColumn,
    reason: nullable(textColumn),
  },
  indices: [
    { name: 'session_history_by_end', columns: ['ended_at', 'session_id'] },
    ...['account', 'peer', 'domain', 'cause'].map((of) => ({
      name: `session_history_of_${of}`,
      columns: [of, 'ended_at', 'session_id'],
    })),
  ],
});
