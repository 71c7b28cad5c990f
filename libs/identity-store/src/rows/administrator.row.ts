import type { AdministratorRecord } from '@sap2/administration';
import { EntitySchema } from 'typeorm';
import { ColumnMap } from './column-map.js';
import {
  nameColumn,
  nowColumn,
  nullable,
  primary,
  revisionColumn,
  textsColumn,
  timeColumn,
} from './columns.js';

const records = new ColumnMap<AdministratorRecord>({
  name: primary(nameColumn, 'administrator_pkey'),
  /** What its token may do. */
  scopes: { ...textsColumn, default: ['admin'] },
  expiresAtMs: nullable(timeColumn),
  revision: revisionColumn,
  createdAtMs: nowColumn,
  updatedAtMs: nowColumn,
  lastUsedAtMs: nullable(timeColumn),
});

export const recordOf = (row: object): AdministratorRecord => records.thingOf(row);

export const administratorTable = new EntitySchema<object>({
  name: 'administrator',
  columns: {
    ...records.columns,
    /** SHA-256 of the token, hex. */
    token_hash: nameColumn,
  },
  checks: [
    {
      name: 'administrator_scopes_known',
      expression: `scopes <@ ARRAY['read', 'users', 'sessions', 'agreements', 'admin']`,
    },
  ],
  uniques: [{ name: 'administrator_token_hash_key', columns: ['token_hash'] }],
});
