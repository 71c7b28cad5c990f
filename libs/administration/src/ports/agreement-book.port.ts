import type { Agreement } from '@sap2/peer-link';
import type { Domain, Ending, FunctionName, ServiceID } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { Job } from '../jobs.js';

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
  /** Our name towards this peer: that of a domain which is served here. */
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

export interface AgreementRefusal {
  readonly kind: 'domain-not-served';
  readonly domains: readonly Domain[];
  /** Of our name towards the peer. */
  readonly ownDomain: Domain | undefined;
}

/** A job still ends sessions that the agreement would allow again. */
export interface BeingEnded {
  readonly kind: 'being-ended';
  readonly job: Job;
}

/** How the user sessions end that an agreement allows no more. */
export interface AgreementEnd {
  /** Ended in the same transaction. */
  readonly ended: number;
  /** They are too many for one transaction: none is usable any more, and this job ends them. */
  readonly job: Job | undefined;
}

export type CreateAgreementOutcome =
  | { readonly kind: 'created'; readonly agreement: AgreementRecord }
  | { readonly kind: 'exists' }
  | BeingEnded
  | AgreementRefusal;

export type ChangeAgreementOutcome<Refusal> =
  | ({ readonly kind: 'changed'; readonly agreement: AgreementRecord } & AgreementEnd)
  | { readonly kind: 'unknown' }
  /** It was changed since the expected revision. */
  | { readonly kind: 'stale' }
  | BeingEnded
  | AgreementRefusal
  | Refusal;

export type DeleteAgreementOutcome =
  ({ readonly kind: 'deleted' } & AgreementEnd) | { readonly kind: 'unknown' | 'stale' };

export interface AgreementFilter {
  readonly enabled: boolean | undefined;
  /** That the peer may log in users of. */
  readonly domain: Domain | undefined;
}

/** What the audit calls a change. */
export type AgreementAction = 'agreement.change' | 'agreement.enable' | 'agreement.disable';

/**
 * Agreements as they stand in PostgreSQL. Each change is one transaction, with the end of the user sessions that it
 * leaves without an agreement, the duty to tell their owner, and its entry in the audit. Where the sessions are many,
 * the transaction makes the job that ends them instead.
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
  ): Promise<Ending<ChangeAgreementOutcome<Refusal>>>;
  /** The peer is still told of what ended with it; then nothing is left but history and audit. */
  remove(
    actor: Actor,
    serviceID: ServiceID,
    expectedRevision: number | undefined,
  ): Promise<Ending<DeleteAgreementOutcome>>;
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
  /** Peers with user sessions that no agreement in force allows and no job ends: theirs has run out. */
  runOut(): Promise<readonly ServiceID[]>;
  endRunOut(serviceID: ServiceID): Promise<Ending<AgreementEnd>>;
}
