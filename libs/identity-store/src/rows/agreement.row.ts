import type { AgreementRecord, AgreementSettings } from '@sap2/administration';
import { PEER_LIMITS, type PeerLimits } from '@sap2/peer-link';
import type { Domain } from '@sap2/session-core';
import { type Columns, ColumnMap } from './column-map.js';

const LIMITS = Object.fromEntries(
  Object.keys(PEER_LIMITS).map((name) => [name, 'integer']),
) as Columns<PeerLimits>;

/** What administrators settle, but for the limits and the domains. */
type Settled = Omit<AgreementSettings, 'limits' | 'domains'>;

const SETTLED: Columns<Settled> = {
  ownServiceID: 'text',
  enabled: 'boolean',
  callbackUrl: 'text',
  answerMode: 'text',
  digestSchemas: 'text[]',
  namespace: 'text',
  allowPasswordOverHttp: 'boolean',
  services: 'text[]',
  requiredTransport: 'text',
  clientCertificates: 'text[]',
  sourceAddresses: 'text[]',
  allowUnprotected: 'boolean',
  sessionLife: 'text',
  validFromMs: 'timestamptz',
  validUntilMs: 'timestamptz',
};

const kept = new ColumnMap<Pick<AgreementRecord, 'serviceID' | 'revision' | 'createdAtMs' | 'updatedAtMs'>>({
  serviceID: 'text',
  revision: 'integer',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
});

const settled = new ColumnMap<Settled>(SETTLED);
const limits = new ColumnMap<PeerLimits>(LIMITS);
const written = new ColumnMap<Settled & PeerLimits>({ ...SETTLED, ...LIMITS });

/** A row with what belongs to it. */
interface WholeRow {
  readonly domains: readonly Domain[];
}

export const settingsOf = (row: WholeRow): AgreementSettings => ({
  ...settled.thingOf(row),
  limits: limits.thingOf(row),
  domains: row.domains,
});

export const recordOf = (
  row: WholeRow & { readonly inbound: number; readonly outbound: number },
): AgreementRecord => ({
  ...settingsOf(row),
  ...kept.thingOf(row),
  secrets: { inbound: row.inbound, outbound: row.outbound },
});

/** $1 is the service id; the others are those of `writtenOf`. */
export const INSERT = written.insert('agreement', 'service_id');
/** Returns nothing where nothing would be different. */
export const UPDATE = written.update('agreement', 'service_id');

export const writtenOf = ({ limits: some, ...settings }: AgreementSettings): readonly unknown[] =>
  written.parametersOf({ ...settings, ...some });
