import type { AdministratorRecord } from '@sap2/administration';
import { ColumnMap } from './column-map.js';

export const administrators = new ColumnMap<AdministratorRecord>({
  name: 'text',
  scopes: 'text[]',
  expiresAtMs: 'timestamptz',
  revision: 'integer',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
  lastUsedAtMs: 'timestamptz',
});
