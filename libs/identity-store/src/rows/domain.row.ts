import type { DomainRecord } from '@sap2/administration';
import { EntitySchema } from 'typeorm';
import { ColumnMap } from './column-map.js';
import {
  nameColumn,
  nowColumn,
  nullable,
  primary,
  revisionColumn,
  textColumn,
  textsColumn,
} from './columns.js';

type Kept = Pick<DomainRecord, 'name' | 'revision' | 'createdAtMs' | 'updatedAtMs'>;

const kept = new ColumnMap<Kept>({
  name: primary(nameColumn, 'domain_pkey'),
  revision: revisionColumn,
  createdAtMs: nowColumn,
  updatedAtMs: nowColumn,
});

interface Written extends Pick<DomainRecord, 'services'> {
  /** Undefined: there is nothing to tell about the provider. */
  readonly spName: string | undefined;
  readonly spDescription: string | undefined;
  readonly spUrl: string | undefined;
  readonly spLogoContentType: string | undefined;
  /** Base64. */
  readonly spLogo: string | undefined;
}

const written = new ColumnMap<Written>({
  spName: nullable(textColumn),
  spDescription: nullable(textColumn),
  spUrl: nullable(textColumn),
  spLogoContentType: nullable(textColumn),
  spLogo: nullable(textColumn),
  services: nullable(textsColumn),
});

/** $1 is the name; the others are those of `writtenOf`. */
export const INSERT = written.insert('domain', 'name');
/** Returns nothing where nothing would be different. */
export const UPDATE = written.update('domain', 'name');

export const writtenOf = ({ spInfo, services }: Pick<DomainRecord, 'spInfo' | 'services'>) =>
  written.parametersOf({
    spName: spInfo?.name,
    spDescription: spInfo?.description,
    spUrl: spInfo?.url,
    spLogoContentType: spInfo?.logo?.contentType,
    spLogo: spInfo?.logo?.content,
    services,
  });

export function recordOf(row: object): DomainRecord {
  const { spName, spDescription, spUrl, spLogoContentType, spLogo, services } = written.thingOf(row);
  const logo = spLogo === undefined ? undefined : { contentType: spLogoContentType, content: spLogo };
  const spInfo =
    spName === undefined ? undefined : { name: spName, description: spDescription, url: spUrl, logo };
  return { ...kept.thingOf(row), spInfo, services };
}

export const domainTable = new EntitySchema<object>({
  name: 'domain',
  columns: { ...kept.columns, ...written.columns },
  checks: [
    {
      name: 'domain_sp_info_named',
      expression:
        'sp_name IS NOT NULL OR num_nonnulls(sp_description, sp_url, sp_logo_content_type, sp_logo) = 0',
    },
  ],
});
