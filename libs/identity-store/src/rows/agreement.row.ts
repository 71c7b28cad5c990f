import type { Agreement } from '@sap2/peer-link';
import { EntitySchema } from 'typeorm';
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

export interface AgreementRow {
  readonly service_id: string;
  readonly own_service_id: string;
  readonly enabled: boolean;
  /** For a version before `agreement_secret`; kept by a trigger, read and written by nobody else. */
  readonly shared_secrets: string[];
  readonly callback_url: string | null;
  readonly answer_mode: Agreement['answerMode'];
  readonly digest_schemas: Agreement['digestSchemas'];
  readonly namespace: Agreement['namespace'];
  readonly allow_password_over_http: boolean;
  /** Null: not narrower than what the domain offers. */
  readonly services: string[] | null;
  readonly required_transport: Agreement['requiredTransport'];
  readonly client_certificates: string[];
  readonly source_addresses: string[];
  /** Somebody meant it: MD5 without source addresses and without a client certificate. */
  readonly allow_unprotected: boolean;
  readonly session_life: Agreement['sessionLife'];
  /** The limits; null: what the service allows everybody. */
  readonly requests_per_second: number | null;
  readonly logins_per_second: number | null;
  readonly in_flight: number | null;
  readonly ssp_sessions: number | null;
  readonly unfinished_setups: number | null;
  readonly valid_from: Date | null;
  readonly valid_until: Date | null;
  /** Set: kept only until its peer was told of the sessions that ended with it. */
  readonly deleted_at: Date | null;
  /** Raised by every change: what `If-Match` is compared with. */
  readonly revision: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const agreementTable = new EntitySchema<AgreementRow>({
  name: 'agreement',
  columns: {
    service_id: primary(nameColumn, 'agreement_pkey'),
    own_service_id: nameColumn,
    enabled: { type: 'boolean', default: true },
    shared_secrets: { ...textsColumn, default: [] },
    callback_url: nullable(textColumn),
    answer_mode: textColumn,
    digest_schemas: textsColumn,
    namespace: textColumn,
    allow_password_over_http: { type: 'boolean', default: false },
    services: nullable(textsColumn),
    required_transport: { type: 'text', default: 'any' },
    client_certificates: { ...textsColumn, default: [] },
    source_addresses: { ...textsColumn, default: [] },
    allow_unprotected: { type: 'boolean', default: false },
    session_life: { type: 'text', default: 'time-to-live' },
    requests_per_second: nullable(countColumn),
    logins_per_second: nullable(countColumn),
    in_flight: nullable(countColumn),
    ssp_sessions: nullable(countColumn),
    unfinished_setups: nullable(countColumn),
    valid_from: nullable(timeColumn),
    valid_until: nullable(timeColumn),
    deleted_at: nullable(timeColumn),
    revision: revisionColumn,
    created_at: nowColumn,
    updated_at: nowColumn,
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
