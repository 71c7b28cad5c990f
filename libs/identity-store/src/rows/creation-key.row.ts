import { EntitySchema } from 'typeorm';
import { nameColumn, nowColumn, primary, textColumn } from './columns.js';

interface CreationKeyRow {
  readonly administrator: string;
  readonly key: string;
  readonly content_hash: string;
  readonly location: string;
  readonly created_at: Date;
}

export const creationKeyTable = new EntitySchema<CreationKeyRow>({
  name: 'creation_key',
  columns: {
    administrator: primary(nameColumn, 'creation_key_pkey'),
    key: primary(nameColumn, 'creation_key_pkey'),
    content_hash: textColumn,
    location: textColumn,
    created_at: nowColumn,
  },
  indices: [{ name: 'creation_key_by_age', columns: ['administrator', 'created_at'] }],
});
