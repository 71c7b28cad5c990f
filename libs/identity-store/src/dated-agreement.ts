import type { Agreement } from '@sap2/peer-link';
import type { Domain, Entitlement, FunctionName, ServiceID } from '@sap2/session-core';
import type { AgreementSecretRow } from './rows/agreement-secret.row.js';
import type { AgreementRow } from './rows/agreement.row.js';
import { secretOfAgreement, type SecretVault } from './secret-vault.js';

/** A row as PostgreSQL puts it into JSON, where times are text. */
type InJson<Row> = {
  readonly [Column in keyof Row]: Row[Column] extends Date | null ? string | null : Row[Column];
};

/** An agreement with what belongs to it, the newest secret first. */
export type WholeAgreement = InJson<AgreementRow> & {
  readonly domains: readonly Domain[];
  readonly secrets: readonly Pick<InJson<AgreementSecretRow>, 'direction' | 'secret' | 'valid_until'>[];
};

interface DatedSecret {
  readonly direction: AgreementSecretRow['direction'];
  readonly secret: string;
  readonly untilMs: number;
}

/** An agreement of which the moment decides what is in force: the whole of it, and each of its secrets. */
export class DatedAgreement {
  private readonly fromMs: number;
  private readonly untilMs: number;
  private readonly secrets: readonly DatedSecret[];
  private readonly entitlement: Entitlement;
  private current: { readonly agreement: Agreement; readonly untilMs: number };

  /** Throws SecretUnreadableError. */
  constructor(
    private readonly row: WholeAgreement,
    vault: SecretVault,
  ) {
    const owner = secretOfAgreement(row.service_id);
    this.fromMs = row.valid_from === null ? -Infinity : Date.parse(row.valid_from);
    this.untilMs = endMs(row.valid_until);
    this.secrets = row.secrets.map(({ direction, secret, valid_until }) => ({
      direction,
      secret: vault.open(secret, owner),
      untilMs: endMs(valid_until),
    }));
    this.entitlement = {
      peer: row.service_id as ServiceID,
      domains: new Set(row.domains),
      allowPasswordOverHttp: row.allow_password_over_http,
      services: functionNames(row.services),
    };
    this.current = this.stateAt(-Infinity);
  }

  entitlementAt(nowMs: number): Entitlement | undefined {
    return this.isInForceAt(nowMs) ? this.entitlement : undefined;
  }

  inForceAt(nowMs: number): Agreement | undefined {
    return this.isInForceAt(nowMs) ? this.at(nowMs) : undefined;
  }

  /** Whether in force or not. */
  at(nowMs: number): Agreement {
    if (nowMs >= this.current.untilMs) this.current = this.stateAt(nowMs);
    return this.current.agreement;
  }

  private isInForceAt(nowMs: number): boolean {
    return this.row.enabled && this.fromMs <= nowMs && nowMs < this.untilMs;
  }

  /** Good until the next secret ends: made again then, and not for every message. */
  private stateAt(nowMs: number): { readonly agreement: Agreement; readonly untilMs: number } {
    const { row } = this;
    const valid = this.secrets.filter(({ untilMs }) => nowMs < untilMs);
    const secretsOf = (wanted: AgreementSecretRow['direction']): readonly string[] =>
      valid.flatMap(({ direction, secret }) => (direction === wanted ? [secret] : []));
    const agreement: Agreement = {
      peer: row.service_id,
      ownServiceID: row.own_service_id,
      acceptedSecrets: secretsOf('inbound'),
      signingSecrets: secretsOf('outbound'),
      callbackUrl: row.callback_url ?? undefined,
      answerMode: row.answer_mode,
      digestSchemas: row.digest_schemas,
      namespace: row.namespace,
      requiredTransport: row.required_transport,
      clientCertificates: row.client_certificates,
      sourceAddresses: row.source_addresses,
      sessionLife: row.session_life,
      limits: {
        requestsPerSecond: row.requests_per_second ?? undefined,
        loginsPerSecond: row.logins_per_second ?? undefined,
        inFlight: row.in_flight ?? undefined,
        sspSessions: row.ssp_sessions ?? undefined,
        unfinishedSetups: row.unfinished_setups ?? undefined,
      },
    };
    return { agreement, untilMs: Math.min(...valid.map(({ untilMs }) => untilMs)) };
  }
}

const endMs = (time: string | null): number => (time === null ? Infinity : Date.parse(time));

export const functionNames = (names: readonly string[] | null): ReadonlySet<FunctionName> | undefined =>
  names === null ? undefined : new Set(names as FunctionName[]);
