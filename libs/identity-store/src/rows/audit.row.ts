import type { Json } from '@sap2/administration';
import { EntitySchema } from 'typeorm';
import { nameColumn, nullable, primary, textColumn, timeColumn } from './columns.js';

export interface AuditEntryRow {
  /** A bigint, as the driver gives it. */
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly from_address: string;
  readonly request_id: string;
  readonly action: string;
  readonly target: string;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly previous_hash: string;
  readonly hash: string;
}

/** Partitioned by `at`, a month each. */
export const auditEntryTable = new EntitySchema<AuditEntryRow>({
  name: 'audit_entry',
  columns: {
    seq: primary({ type: 'bigint' }, 'audit_entry_pkey'),
    at: primary(timeColumn, 'audit_entry_pkey'),
    actor: nameColumn,
    from_address: textColumn,
    request_id: nameColumn,
    action: nameColumn,
    target: nameColumn,
    before: nullable({ type: 'jsonb' }),
    after: nullable({ type: 'jsonb' }),
    previous_hash: nameColumn,
    hash: nameColumn,
  },
  indices: [
    { name: 'audit_entry_by_actor', columns: ['actor', 'seq'] },
    { name: 'audit_entry_by_action', columns: ['action', 'seq'] },
    { name: 'audit_entry_by_target', columns: ['target', 'seq'] },
  ],
});

export interface AuditEndRow {
  /** `anchor`: the last entry that retention dropped; `head`: the last that was appended. */
  readonly which: 'anchor' | 'head';
  readonly seq: string;
  readonly at: Date;
  readonly hash: string;
}

export const auditEndTable = new EntitySchema<AuditEndRow>({
  name: 'audit_end',
  columns: {
    which: primary(nameColumn, 'audit_end_pkey'),
    seq: { type: 'bigint' },
    at: timeColumn,
    hash: nameColumn,
  },
  checks: [{ name: 'audit_end_known', expression: `which IN ('anchor', 'head')` }],
});
