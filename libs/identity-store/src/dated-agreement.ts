import type { AgreementSettings, SecretDirection } from '@sap2/administration';
import type { Agreement } from '@sap2/peer-link';
import type { Domain, Entitlement, ServiceID } from '@sap2/session-core';
import { settingsOf } from './rows/agreement.row.js';
import { secretOfAgreement, type SecretVault } from './secret-vault.js';

/** An agreement in JSON of PostgreSQL, with what belongs to it, the newest secret first. */
export interface WholeAgreement {
  readonly service_id: string;
  readonly domains: readonly Domain[];
  readonly secrets: readonly {
    readonly direction: SecretDirection;
    readonly secret: string;
    readonly valid_until: string | null;
  }[];
  readonly [column: string]: unknown;
}

interface DatedSecret {
  readonly direction: SecretDirection;
  readonly secret: string;
  readonly untilMs: number;
}

/** An agreement of which the moment decides what is in force: the whole of it, and each of its secrets. */
export class DatedAgreement {
  private readonly fromMs: number;
  private readonly untilMs: number;
  private readonly secrets: readonly DatedSecret[];
  private readonly settings: AgreementSettings;
  private readonly entitlement: Entitlement;
  private current: { readonly agreement: Agreement; readonly untilMs: number };

  /** Throws SecretUnreadableError. */
  constructor(row: WholeAgreement, vault: SecretVault) {
    const owner = secretOfAgreement(row.service_id);
    this.settings = settingsOf(row);
    const { domains, allowPasswordOverHttp, services, validFromMs, validUntilMs } = this.settings;
    this.fromMs = validFromMs ?? -Infinity;
    this.untilMs = validUntilMs ?? Infinity;
    this.secrets = row.secrets.map(({ direction, secret, valid_until }) => ({
      direction,
      secret: vault.open(secret, owner),
      untilMs: endMs(valid_until),
    }));
    this.entitlement = {
      peer: row.service_id as ServiceID,
      domains: new Set(domains),
      allowPasswordOverHttp,
      services: services && new Set(services),
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
    return this.settings.enabled && this.fromMs <= nowMs && nowMs < this.untilMs;
  }

  /** Good until the next secret ends: made again then, and not for every message. */
  private stateAt(nowMs: number): { readonly agreement: Agreement; readonly untilMs: number } {
    const valid = this.secrets.filter(({ untilMs }) => nowMs < untilMs);
    const secretsOf = (wanted: SecretDirection): readonly string[] =>
      valid.flatMap(({ direction, secret }) => (direction === wanted ? [secret] : []));
    const agreement: Agreement = {
      ...this.settings,
      peer: this.entitlement.peer,
      acceptedSecrets: secretsOf('inbound'),
      signingSecrets: secretsOf('outbound'),
    };
    return { agreement, untilMs: Math.min(...valid.map(({ untilMs }) => untilMs)) };
  }
}

const endMs = (time: string | null): number => (time === null ? Infinity : Date.parse(time));
