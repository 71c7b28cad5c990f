import { EntitySchema } from 'typeorm';
import { nameColumn, nowColumn, nullable, primary, timeColumn } from './columns.js';

export interface AdministratorRow {
  readonly name: string;
  /** SHA-256 of the token, hex. */
  readonly token_hash: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_used_at: Date | null;
}

export const administratorTable = new EntitySchema<AdministratorRow>({
  name: 'administrator',
  columns: {
    name: primary(nameColumn, 'administrator_pkey'),
    token_hash: nameColumn,
    created_at: nowColumn,
    updated_at: nowColumn,
    last_used_at: nullable(timeColumn),
  },
  uniques: [{ name: 'administrator_token_hash_key', columns: ['token_hash'] }],
});
