import type { Domain, ServiceID, UserSessionID } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  nameColumn,
  nowColumn,
  nullable,
  primary,
  textColumn,
  textsColumn,
  timeColumn,
} from './columns.js';

export interface JobRow {
  /** A decimal number. */
  readonly id: string;
  readonly filter: object;
  readonly reason: string | null;
  readonly rate_per_second: number | null;
  readonly state: 'running' | 'done' | 'aborted';
  readonly total: number;
  readonly done: number;
  readonly already_ended: number;
  readonly created_by: string;
  readonly created_at: Date;
  /** No process does the next step before this time. */
  readonly due_at: Date;
  readonly finished_at: Date | null;
  /** Of a job that ends the sessions of an agreement: whose they are. */
  readonly peer: ServiceID | null;
  /** Sessions of these domains live on. */
  readonly keeps: Domain[] | null;
  /** The last session that it came to, in the order of ids. */
  readonly last_id: UserSessionID | null;
  /** Ended by the last step, while the live store may not know it. */
  readonly batch: UserSessionID[] | null;
}

export const jobTable = new EntitySchema<JobRow>({
  name: 'job',
  columns: {
    id: primary({ type: 'bigint', generated: 'increment' }, 'job_pkey'),
    filter: { type: 'jsonb' },
    reason: nullable(textColumn),
    rate_per_second: nullable(countColumn),
    state: { type: 'text', default: 'running' },
    total: countColumn,
    done: { type: 'integer', default: 0 },
    already_ended: { type: 'integer', default: 0 },
    created_by: textColumn,
    created_at: nowColumn,
    due_at: nowColumn,
    finished_at: nullable(timeColumn),
    peer: nullable(textColumn),
    keeps: nullable(textsColumn),
    last_id: nullable(textColumn),
    batch: nullable(textsColumn),
  },
  checks: [{ name: 'job_state_known', expression: `state IN ('running', 'done', 'aborted')` }],
  indices: [{ name: 'job_running', columns: ['due_at'], where: `state = 'running'` }],
});

/** A session that a job has still to end. */
interface JobSessionRow {
  readonly job: string;
  readonly session_id: string;
}

export const jobSessionTable = new EntitySchema<JobSessionRow>({
  name: 'job_session',
  columns: {
    job: primary({ type: 'bigint' }, 'job_session_pkey'),
    session_id: primary(nameColumn, 'job_session_pkey'),
  },
  foreignKeys: [
    {
      name: 'job_session_job',
      target: 'job',
      columnNames: ['job'],
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
});
