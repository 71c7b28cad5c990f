import type { AgreementRecord, AgreementSettings, Json } from '@sap2/administration';
import type { Domain, FunctionName, ServiceID } from '@sap2/session-core';
import type { AgreementRow } from '../../rows/agreement.row.js';

export type WholeAgreementRow = AgreementRow & {
  readonly domains: Domain[];
  readonly inbound: number;
  readonly outbound: number;
};

/** In the order of the statements; $1 is the service id. */
export const columnsOf = (settings: AgreementSettings): readonly unknown[] => [
  settings.ownServiceID,
  settings.enabled,
  settings.callbackUrl,
  settings.answerMode,
  settings.digestSchemas,
  settings.namespace,
  settings.allowPasswordOverHttp,
  settings.services,
  settings.requiredTransport,
  settings.clientCertificates,
  settings.sourceAddresses,
  settings.allowUnprotected,
  settings.sessionLife,
  settings.limits.requestsPerSecond,
  settings.limits.loginsPerSecond,
  settings.limits.inFlight,
  settings.limits.sspSessions,
  settings.limits.unfinishedSetups,
  settings.validFromMs === undefined ? undefined : new Date(settings.validFromMs),
  settings.validUntilMs === undefined ? undefined : new Date(settings.validUntilMs),
];

export const recordOf = (row: WholeAgreementRow): AgreementRecord => ({
  serviceID: row.service_id as ServiceID,
  ownServiceID: row.own_service_id as ServiceID,
  enabled: row.enabled,
  callbackUrl: row.callback_url ?? undefined,
  answerMode: row.answer_mode,
  digestSchemas: row.digest_schemas,
  namespace: row.namespace,
  domains: row.domains,
  services: (row.services as FunctionName[] | null) ?? undefined,
  allowPasswordOverHttp: row.allow_password_over_http,
  requiredTransport: row.required_transport,
  clientCertificates: row.client_certificates,
  sourceAddresses: row.source_addresses,
  allowUnprotected: row.allow_unprotected,
  sessionLife: row.session_life,
  limits: limitsOf(row),
  validFromMs: row.valid_from?.getTime(),
  validUntilMs: row.valid_until?.getTime(),
  secrets: { inbound: row.inbound, outbound: row.outbound },
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
  revision: row.revision,
});

const limitsOf = (row: WholeAgreementRow): AgreementRecord['limits'] => ({
  requestsPerSecond: row.requests_per_second ?? undefined,
  loginsPerSecond: row.logins_per_second ?? undefined,
  inFlight: row.in_flight ?? undefined,
  sspSessions: row.ssp_sessions ?? undefined,
  unfinishedSetups: row.unfinished_setups ?? undefined,
});

/** For the audit. */
export function told(record: AgreementRecord): Json {
  const { secrets: _secrets, createdAtMs: _created, updatedAtMs: _updated, ...settings } = record;
  const { serviceID: _name, revision: _revision, limits, ...rest } = settings;
  return { ...rest, limits: { ...limits } };
}
