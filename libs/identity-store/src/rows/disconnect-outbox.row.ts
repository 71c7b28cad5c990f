import type { EndCause, ServiceID, UserSessionID } from '@sap2/session-core';
import type { AttemptOutcome } from '@sap2/administration';
import { EntitySchema } from 'typeorm';
import type { StoredClient } from './live-session.row.js';
import { nameColumn, nowColumn, nullable, primary, textColumn, timeColumn } from './columns.js';

export interface DisconnectOutboxRow {
  readonly id: string;
  readonly transaction_id: string;
  readonly peer: ServiceID;
  readonly session_id: UserSessionID;
  readonly user_id: string;
  readonly client: StoredClient;
  readonly cause: EndCause;
  readonly reason: string | null;
  /** `none-owed`: the owner itself logged the user out. */
  readonly state: 'pending' | 'none-owed' | 'acknowledged' | 'unknown-there' | 'undelivered' | 'cancelled';
  readonly attempts: number;
  /** No worker takes the row before this time: the end of a lease, or of a back-off. */
  readonly due_at: Date;
  /** Until `due_at` a worker has it. */
  readonly leased: boolean;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
  /** When an administrator replayed it after it was given up or cancelled; its horizon counts from here. */
  readonly replayed_at: Date | null;
  /** Undelivered because the peer does not know `UserDisconnectRequest`: owed again when it does. */
  readonly not_supported: boolean;
  /** The last ones, oldest first. */
  readonly attempt_log: readonly StoredAttempt[];
}

export interface StoredAttempt {
  /** ISO 8601. */
  readonly at: string;
  readonly outcome: AttemptOutcome;
  readonly error?: string;
}

export const disconnectOutboxTable = new EntitySchema<DisconnectOutboxRow>({
  name: 'disconnect_outbox',
  columns: {
    id: primary({ type: 'bigint', generated: 'increment' }, 'disconnect_outbox_pkey'),
    transaction_id: nameColumn,
    peer: nameColumn,
    session_id: nameColumn,
    user_id: textColumn,
    client: { type: 'jsonb' },
    cause: textColumn,
    reason: nullable(textColumn),
    state: textColumn,
    attempts: { type: 'integer', default: 0 },
    due_at: nowColumn,
    last_error: nullable(textColumn),
    created_at: nowColumn,
    settled_at: nullable(timeColumn),
    leased: { type: 'boolean', default: false },
    replayed_at: nullable(timeColumn),
    not_supported: { type: 'boolean', default: false },
    attempt_log: { type: 'jsonb', default: [] },
  },
  uniques: [{ name: 'disconnect_outbox_transaction_id_key', columns: ['transaction_id'] }],
  checks: [
    {
      name: 'disconnect_outbox_state_known',
      expression: `state IN ('pending', 'none-owed', 'acknowledged', 'unknown-there', 'undelivered', 'cancelled')`,
    },
  ],
  indices: [
    { name: 'disconnect_outbox_due', columns: ['peer', 'due_at'], where: `state = 'pending'` },
    { name: 'disconnect_outbox_by_state', columns: ['state', 'created_at', 'id'] },
    { name: 'disconnect_outbox_by_peer', columns: ['peer', 'state', 'created_at', 'id'] },
    { name: 'disconnect_outbox_oldest', columns: ['peer', 'id'], where: `state = 'pending'` },
  ],
});
