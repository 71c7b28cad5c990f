import type { Agreement } from '@sap2/peer-link';
import type { Domain, EndedSession, FunctionName, ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';

export const AGREEMENT_BOOK = Symbol('AgreementBook');

/** What an administrator settles with a peer, but for the secrets. */
export interface AgreementSettings extends Pick<
  Agreement,
  | 'callbackUrl'
  | 'answerMode'
  | 'digestSchemas'
  | 'namespace'
  | 'requiredTransport'
  | 'clientCertificates'
  | 'sourceAddresses'
  | 'sessionLife'
  | 'limits'
> {
  /** Our name towards this peer. */
  readonly ownServiceID: ServiceID;
  readonly enabled: boolean;
  /** Whose users the peer may log in. */
  readonly domains: readonly Domain[];
  /** Narrower than the domains' offers; undefined: not narrower. */
  readonly services: readonly FunctionName[] | undefined;
  readonly allowPasswordOverHttp: boolean;
  /** Somebody meant it: MD5 without source addresses and without a client certificate. */
  readonly allowUnprotected: boolean;
  /** Milliseconds since 1970; undefined: since ever. */
  readonly validFromMs: number | undefined;
  /** Undefined: for ever. */
  readonly validUntilMs: number | undefined;
}

/** An agreement as administrators see it: of secrets only how many there are. */
export interface AgreementRecord extends AgreementSettings {
  readonly serviceID: ServiceID;
  /** Two in one direction: a rotation overlaps. */
  readonly secrets: { readonly inbound: number; readonly outbound: number };
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Raised by every change: the ETag. */
  readonly revision: number;
}

export type SecretDirection = 'inbound' | 'outbound';

export type AgreementRefusal = { readonly kind: 'domain-not-served'; readonly domains: readonly Domain[] };

export type CreateAgreementOutcome =
  | { readonly kind: 'created'; readonly agreement: AgreementRecord }
  | { readonly kind: 'exists' }
  | AgreementRefusal;

export type ChangeAgreementOutcome<Refusal> =
  /** `ended`: user sessions that the change ended. */
  | {
      readonly kind: 'changed';
      readonly agreement: AgreementRecord;
      readonly ended: readonly EndedSession[];
    }
  | { readonly kind: 'unknown' }
  /** It was changed since the expected revision. */
  | { readonly kind: 'stale' }
  | AgreementRefusal
  | Refusal;

export type DeleteAgreementOutcome =
  | { readonly kind: 'deleted'; readonly ended: readonly EndedSession[] }
  | { readonly kind: 'unknown' | 'stale' };

export interface AgreementFilter {
  readonly enabled: boolean | undefined;
  /** That the peer may log in users of. */
  readonly domain: Domain | undefined;
}

/** What the audit calls a change. */
export type AgreementAction = 'agreement.change' | 'agreement.enable' | 'agreement.disable';

/**
 * Agreements as they stand in PostgreSQL. Each change is one transaction, with the end of the user sessions that it
 * leaves without an agreement, the duty to tell their owner, and its entry in the audit.
 */
export interface AgreementBook {
  /** `secret` is good in both directions. A name whose agreement was deleted can be used anew. */
  create(
    actor: Actor,
    serviceID: ServiceID,
    settings: AgreementSettings,
    secret: string,
  ): Promise<CreateAgreementOutcome>;
  find(serviceID: ServiceID): Promise<AgreementRecord | undefined>;
  /** In the order of service ids. */
  page(
    filter: AgreementFilter,
    after: ServiceID | undefined,
    limit: number,
  ): Promise<readonly AgreementRecord[]>;
  /** `decide` is asked with the agreement locked, and says what it is to be; a refusal undoes nothing. */
  change<Refusal extends { readonly kind: string }>(
    actor: Actor,
    action: AgreementAction,
    serviceID: ServiceID,
    decide: (before: AgreementRecord) => AgreementSettings | Refusal,
    expectedRevision: number | undefined,
  ): Promise<ChangeAgreementOutcome<Refusal>>;
  /** The peer is still told of what ended with it; then nothing is left but history and audit. */
  remove(
    actor: Actor,
    serviceID: ServiceID,
    expectedRevision: number | undefined,
  ): Promise<DeleteAgreementOutcome>;
  /** The secret before it stays good for `overlapS` seconds. */
  replaceSecret(
    actor: Actor,
    serviceID: ServiceID,
    direction: SecretDirection,
    secret: string,
    overlapS: number,
  ): Promise<AgreementRecord | undefined>;
  /** Notes in the audit that somebody tried the peer, and what came of it. */
  recordProbe(actor: Actor, serviceID: ServiceID, outcome: string): Promise<void>;
  /** Drops deleted agreements whose peer has been told everything, or never will be. Returns how many. */
  purgeDeleted(): Promise<number>;
  /** Ends the user sessions of agreements that have run out. */
  endRunOut(): Promise<readonly EndedSession[]>;
}
