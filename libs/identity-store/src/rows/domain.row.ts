import type { DomainRecord } from '@sap2/administration';
import { ColumnMap } from './column-map.js';

const kept = new ColumnMap<Pick<DomainRecord, 'name' | 'revision' | 'createdAtMs' | 'updatedAtMs'>>({
  name: 'text',
  revision: 'integer',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
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
  spName: 'text',
  spDescription: 'text',
  spUrl: 'text',
  spLogoContentType: 'text',
  spLogo: 'text',
  services: 'text[]',
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
