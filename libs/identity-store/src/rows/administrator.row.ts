import { EntitySchema } from 'typeorm';
import {
  nameColumn,
  nowColumn,
  nullable,
  primary,
  revisionColumn,
  textsColumn,
  timeColumn,
} from './columns.js';

export interface AdministratorRow {
  readonly name: string;
  /** SHA-256 of the token, hex. */
  readonly token_hash: string;
  /** What its token may do. */
  readonly scopes: string[];
  /** Null: never. */
  readonly expires_at: Date | null;
  /** Raised by every change: what `If-Match` is compared with. */
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_used_at: Date | null;
}

export const administratorTable = new EntitySchema<AdministratorRow>({
  name: 'administrator',
  columns: {
    name: primary(nameColumn, 'administrator_pkey'),
    token_hash: nameColumn,
    scopes: { ...textsColumn, default: ['admin'] },
    expires_at: nullable(timeColumn),
    revision: revisionColumn,
    created_at: nowColumn,
    updated_at: nowColumn,
    last_used_at: nullable(timeColumn),
  },
  checks: [
    {
      name: 'administrator_scopes_known',
      expression: `scopes <@ ARRAY['read', 'users', 'sessions', 'agreements', 'admin']`,
    },
  ],
  uniques: [{ name: 'administrator_token_hash_key', columns: ['token_hash'] }],
});
