import type { DomainRecord, NewDomain } from '@sap2/administration';
import { ColumnMap } from './column-map.js';

const kept = new ColumnMap<Pick<DomainRecord, 'name' | 'revision' | 'createdAtMs' | 'updatedAtMs'>>({
  name: 'text',
  revision: 'integer',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
});

interface Written extends Pick<DomainRecord, 'services' | 'userDirectory'> {
  /** Undefined: there is nothing to tell about the provider. */
  readonly spName: string | undefined;
  readonly spDescription: string | undefined;
  readonly spUrl: string | undefined;
  readonly spLogoContentType: string | undefined;
  /** Base64. */
  readonly spLogo: string | undefined;
  /** By the vault. */
  readonly userDirectorySecret: string | undefined;
}

const written = new ColumnMap<Written>({
  spName: 'text',
  spDescription: 'text',
  spUrl: 'text',
  spLogoContentType: 'text',
  spLogo: 'text',
  services: 'text[]',
  userDirectory: 'jsonb',
  userDirectorySecret: 'text',
});

/** $1 is the name; the others are those of `writtenOf`. */
export const INSERT = written.insert('domain', 'name');
/** Returns nothing where nothing would be different. */
export const UPDATE = written.update('domain', 'name');

type WrittenDomain = Pick<NewDomain, 'spInfo' | 'services' | 'userDirectory'>;

export const writtenOf = (
  { spInfo, services, userDirectory }: WrittenDomain,
  userDirectorySecret: string | undefined,
) =>
  written.parametersOf({
    spName: spInfo?.name,
    spDescription: spInfo?.description,
    spUrl: spInfo?.url,
    spLogoContentType: spInfo?.logo?.contentType,
    spLogo: spInfo?.logo?.content,
    services,
    userDirectory,
    userDirectorySecret,
  });

export const sealedSecretOf = (row: object): string | undefined => written.thingOf(row).userDirectorySecret;

export function recordOf(row: object): DomainRecord {
  const { spName, spDescription, spUrl, spLogoContentType, spLogo, services, userDirectory } =
    written.thingOf(row);
  const logo = spLogo === undefined ? undefined : { contentType: spLogoContentType, content: spLogo };
  const spInfo =
    spName === undefined ? undefined : { name: spName, description: spDescription, url: spUrl, logo };
  return { ...kept.thingOf(row), spInfo, services, userDirectory };
}
