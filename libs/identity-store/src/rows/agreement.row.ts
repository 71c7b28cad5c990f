import type { AgreementRecord, AgreementSettings } from '@sap2/administration';
import { PEER_LIMITS, type PeerLimits } from '@sap2/peer-link';
import type { Domain } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import { type Columns, ColumnMap } from './column-map.js';
import {
  countColumn,
  nameColumn,
  nowColumn,
  nullable,
  primary,
  revisionColumn,
  textColumn,
  textsColumn,
  timeColumn,
} from './columns.js';

/** Null: what the service allows everybody. */
const LIMITS = Object.fromEntries(
  Object.keys(PEER_LIMITS).map((name) => [name, nullable(countColumn)]),
) as Columns<PeerLimits>;

/** What administrators settle, but for the limits and the domains. */
type Settled = Omit<AgreementSettings, 'limits' | 'domains'>;

const SETTLED: Columns<Settled> = {
  ownServiceID: nameColumn,
  enabled: { type: 'boolean', default: true },
  callbackUrl: nullable(textColumn),
  answerMode: textColumn,
  digestSchemas: textsColumn,
  namespace: textColumn,
  allowPasswordOverHttp: { type: 'boolean', default: false },
  services: nullable(textsColumn),
  requiredTransport: { type: 'text', default: 'any' },
  clientCertificates: { ...textsColumn, default: [] },
  sourceAddresses: { ...textsColumn, default: [] },
  allowUnprotected: { type: 'boolean', default: false },
  sessionLife: { type: 'text', default: 'time-to-live' },
  validFromMs: nullable(timeColumn),
  validUntilMs: nullable(timeColumn),
};

const kept = new ColumnMap<Pick<AgreementRecord, 'serviceID' | 'revision' | 'createdAtMs' | 'updatedAtMs'>>({
  serviceID: primary(nameColumn, 'agreement_pkey'),
  revision: revisionColumn,
  createdAtMs: nowColumn,
  updatedAtMs: nowColumn,
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

export const agreementTable = new EntitySchema<object>({
  name: 'agreement',
  columns: {
    ...kept.columns,
    ...written.columns,
    /** For a version before `agreement_secret`: a trigger keeps it, and nothing else reads or writes it. */
    shared_secrets: { ...textsColumn, default: [] },
    /** Set: kept only until the disconnects of its sessions are settled. */
    deleted_at: nullable(timeColumn),
  },
  checks: [
    { name: 'agreement_answer_mode_known', expression: `answer_mode IN ('inline', 'callback')` },
    {
      name: 'agreement_digest_schemas_known',
      expression: `digest_schemas <@ ARRAY['HMAC-SHA-256', 'MD5']`,
    },
    { name: 'agreement_required_transport_known', expression: `required_transport IN ('any', 'https')` },
    {
      name: 'agreement_session_life_known',
      expression: `session_life IN ('time-to-live', 'until-replaced')`,
    },
    { name: 'agreement_valid_in_order', expression: 'valid_from < valid_until' },
    { name: 'agreement_deleted_disabled', expression: 'deleted_at IS NULL OR NOT enabled' },
  ],
});

/** A domain whose users the peer may log in. */
interface AgreementDomainRow {
  readonly service_id: string;
  readonly domain: string;
}

export const agreementDomainTable = new EntitySchema<AgreementDomainRow>({
  name: 'agreement_domain',
  columns: {
    service_id: primary(nameColumn, 'agreement_domain_pkey'),
    domain: primary(nameColumn, 'agreement_domain_pkey'),
  },
  indices: [{ name: 'agreement_domain_by_domain', columns: ['domain'] }],
  foreignKeys: [
    {
      name: 'agreement_domain_agreement',
      target: 'agreement',
      columnNames: ['service_id'],
      referencedColumnNames: ['service_id'],
      onDelete: 'CASCADE',
    },
    {
      name: 'agreement_domain_domain',
      target: 'domain',
      columnNames: ['domain'],
      referencedColumnNames: ['name'],
    },
  ],
});
