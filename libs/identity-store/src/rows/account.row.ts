import { MAX_ACCOUNT_CHARACTERS } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import { nameColumn, nowColumn, nullable, primary, revisionColumn, textColumn } from './columns.js';

export interface AccountRow {
  readonly id: string;
  readonly domain: string;
  readonly suspended: boolean;
  readonly suspended_reason: string | null;
  readonly version: number;
  /** argon2id, PHC format. */
  readonly password_hash: string;
  /** The password, sealed by the vault; null: no challenge logins. */
  readonly recoverable_secret: string | null;
  /** Raised by every change: what `If-Match` is compared with. */
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const accountTable = new EntitySchema<AccountRow>({
  name: 'account',
  columns: {
    id: primary(nameColumn, 'account_pkey'),
    domain: nameColumn,
    suspended: { type: 'boolean', default: false },
    suspended_reason: nullable(textColumn),
    version: { type: 'integer', default: 1 },
    password_hash: textColumn,
    recoverable_secret: nullable(textColumn),
    revision: revisionColumn,
    created_at: nowColumn,
    updated_at: nowColumn,
  },
  indices: [
    { name: 'account_by_domain', columns: ['domain', 'id'] },
    { name: 'account_suspended', columns: ['id'], where: 'suspended' },
    { name: 'account_suspended_by_domain', columns: ['domain', 'id'], where: 'suspended' },
  ],
  checks: [{ name: 'account_id_bounded', expression: `char_length(id) <= ${MAX_ACCOUNT_CHARACTERS}` }],
  foreignKeys: [
    { name: 'account_domain', target: 'domain', columnNames: ['domain'], referencedColumnNames: ['name'] },
  ],
});
