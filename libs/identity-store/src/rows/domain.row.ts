import type { SpInfo } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import {
  nameColumn,
  nowColumn,
  nullable,
  primary,
  revisionColumn,
  textColumn,
  textsColumn,
} from './columns.js';

export interface DomainRow {
  readonly name: string;
  /** Null: there is nothing to tell about the provider. */
  readonly sp_name: string | null;
  readonly sp_description: string | null;
  readonly sp_url: string | null;
  readonly sp_logo_content_type: string | null;
  /** Base64. */
  readonly sp_logo: string | null;
  /** Null: all that we know. */
  readonly services: string[] | null;
  /** Raised by every change: what `If-Match` is compared with. */
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const domainTable = new EntitySchema<DomainRow>({
  name: 'domain',
  columns: {
    name: primary(nameColumn, 'domain_pkey'),
    sp_name: nullable(textColumn),
    sp_description: nullable(textColumn),
    sp_url: nullable(textColumn),
    sp_logo_content_type: nullable(textColumn),
    sp_logo: nullable(textColumn),
    services: nullable(textsColumn),
    revision: revisionColumn,
    created_at: nowColumn,
    updated_at: nowColumn,
  },
  checks: [
    {
      name: 'domain_sp_info_named',
      expression:
        'sp_name IS NOT NULL OR num_nonnulls(sp_description, sp_url, sp_logo_content_type, sp_logo) = 0',
    },
  ],
});

/** Null in the first column: there is nothing to tell. */
export function spInfoOf(row: DomainRow): SpInfo | undefined {
  if (row.sp_name === null) return undefined;
  return {
    name: row.sp_name,
    description: row.sp_description ?? undefined,
    url: row.sp_url ?? undefined,
    logo:
      row.sp_logo === null
        ? undefined
        : { contentType: row.sp_logo_content_type ?? undefined, content: row.sp_logo },
  };
}
