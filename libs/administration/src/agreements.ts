import type { Agreements as AgreementsInForce, ProbeReport, SetUpProbe, SspSessions } from '@sap2/peer-link';
import type { Domain, Ending, ServiceID, SessionEnd } from '@sap2/session-core';
import type { Actor } from './actor.js';
import { type AgreementEntry, type AgreementSettings, readAgreementEntry } from './agreement-entry.js';
import type { PeerLine, PeerLines } from './deliveries.js';
import type { RefusalOfUrl, WrongEntry } from './entry-rules.js';
import type { Job } from './jobs.js';

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

/** `inbound` proves the peer to us, `outbound` us to the peer. */
export const SECRET_DIRECTIONS = ['inbound', 'outbound'] as const;
export type SecretDirection = (typeof SECRET_DIRECTIONS)[number];

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

export type AgreementAction = 'agreement.change' | 'agreement.enable' | 'agreement.disable';

/**
 * Agreements as they stand in PostgreSQL. Each change is one transaction. It ends the user sessions that have no agreement
 * any more, stores their disconnects, and adds the audit entry. If there are many sessions, the transaction creates the job
 * that ends them instead.
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
  /** The peer still gets the disconnects of the ended sessions. Then only history and audit remain. */
  remove(
    actor: Actor,
    serviceID: ServiceID,
    expectedRevision: number | undefined,
  ): Promise<Ending<DeleteAgreementOutcome>>;
  knowsSecret(serviceID: ServiceID, direction: SecretDirection, secret: string): Promise<boolean>;
  /** The secret before it stays good for `overlapS` seconds. */
  replaceSecret(
    actor: Actor,
    serviceID: ServiceID,
    direction: SecretDirection,
    secret: string,
    overlapS: number,
  ): Promise<AgreementRecord | undefined>;
  /** Adds the probe and its outcome to the audit. */
  recordProbe(actor: Actor, serviceID: ServiceID, outcome: string): Promise<void>;
  /** Removes deleted agreements whose disconnects are all settled or given up. Returns how many. */
  purgeDeleted(): Promise<number>;
  /** Peers with user sessions that no agreement in force allows and no job ends: theirs has run out. */
  runOut(): Promise<readonly ServiceID[]>;
  endRunOut(serviceID: ServiceID): Promise<Ending<AgreementEnd>>;
}

export interface AgreementPorts {
  readonly book: AgreementBook;
  readonly inForce: AgreementsInForce;
  readonly sspSessions: Pick<SspSessions, 'allOf' | 'removeAllOf'>;
  readonly lines: PeerLines;
  readonly prober: Pick<SetUpProbe, 'probe'>;
  readonly end: Pick<SessionEnd, 'announce'>;
}

export interface AgreementRules {
  readonly refusalOfUrl: RefusalOfUrl;
  /** Hears of each agreement that was made or changed, as it stands then. */
  readonly onSettled: (agreement: AgreementRecord) => void;
}

export interface AgreementChange {
  readonly serviceID: ServiceID;
  readonly entry: AgreementEntry;
  /** Undefined: whatever it is by now. */
  readonly expectedRevision: number | undefined;
}

export interface AgreementState {
  readonly agreement: AgreementRecord;
  /** Of each SSP session that is up, the milliseconds since its last message; no ids. */
  readonly sspSessionsIdleMs: readonly number[];
  readonly line: PeerLine;
}

export type ProbeOutcome =
  | { readonly kind: 'probed'; readonly report: ProbeReport }
  | { readonly kind: 'unknown' }
  /** There is no address to call. */
  | { readonly kind: 'no-callback-url' };

/** Six messages between two machines that are well take a second; a person waits for the answer. */
const PROBE_DEADLINE_MS = 10_000;

export class Agreements {
  readonly book: AgreementBook;

  constructor(
    private readonly ports: AgreementPorts,
    private readonly rules: AgreementRules,
  ) {
    this.book = ports.book;
  }

  /** From the answer on the peer may set up an SSP session, if the agreement is enabled and in force. */
  async create(
    actor: Actor,
    serviceID: ServiceID,
    entry: AgreementEntry,
    secret: string,
  ): Promise<CreateAgreementOutcome | WrongEntry> {
    const settings = readAgreementEntry(entry, undefined, this.rules.refusalOfUrl);
    if ('kind' in settings) return settings;
    const outcome = await this.ports.book.create(actor, serviceID, settings, secret);
    if (outcome.kind === 'created') this.rules.onSettled(outcome.agreement);
    return outcome;
  }

  /**
   * Ends at once what the agreement no longer allows (601, ssp-binding §5). These are the user sessions of removed domains.
   * If it was disabled, these are all its user sessions and SSP sessions. When it returns, no request on any of them
   * succeeds. If a job ends them, some are still in the ledger.
   */
  async change(
    actor: Actor,
    { serviceID, entry, expectedRevision }: AgreementChange,
  ): Promise<ChangeAgreementOutcome<WrongEntry>> {
    const { book, end, sspSessions } = this.ports;
    const decide = (before: AgreementRecord): AgreementSettings | WrongEntry =>
      readAgreementEntry(entry, before, this.rules.refusalOfUrl);
    const outcome = await end.announce(
      book.change(actor, actionOf(entry), serviceID, decide, expectedRevision),
    );
    if (outcome.kind !== 'changed') return outcome;
    this.rules.onSettled(outcome.agreement);
    if (!outcome.agreement.enabled) await sspSessions.removeAllOf(serviceID);
    return outcome;
  }

  /** Ends its SSP sessions at once, and its user sessions with 601. The peer still gets those disconnects (ssp-binding §5). */
  async remove(
    actor: Actor,
    serviceID: ServiceID,
    expectedRevision: number | undefined,
  ): Promise<DeleteAgreementOutcome> {
    const { book, end, sspSessions } = this.ports;
    const outcome = await end.announce(book.remove(actor, serviceID, expectedRevision));
    if (outcome.kind === 'deleted') await sspSessions.removeAllOf(serviceID);
    return outcome;
  }

  async look(serviceID: ServiceID): Promise<AgreementState | undefined> {
    const { book, sspSessions, lines } = this.ports;
    const agreement = await book.find(serviceID);
    if (agreement === undefined) return undefined;
    const [held, line] = await Promise.all([sspSessions.allOf(serviceID), lines.stateOf(serviceID)]);
    return { agreement, sspSessionsIdleMs: held.map(({ idleMs }) => idleMs), line };
  }

  /**
   * Sets up an SSP session with the peer to see whether that works, also before the agreement is enabled. No transaction
   * is open while the peer is being called.
   */
  async probe(actor: Actor, serviceID: ServiceID): Promise<ProbeOutcome> {
    const { book, inForce, prober } = this.ports;
    if ((await book.find(serviceID)) === undefined) return { kind: 'unknown' };
    const agreement = inForce.toTell(serviceID);
    if (agreement?.callbackUrl === undefined) return { kind: 'no-callback-url' };
    const report = await prober.probe(agreement, PROBE_DEADLINE_MS);
    await book.recordProbe(actor, serviceID, report.outcome);
    return { kind: 'probed', report };
  }
}

function actionOf({ enabled, ...rest }: AgreementEntry): AgreementAction {
  const isMore = Object.values(rest).some((value) => value !== undefined);
  if (isMore || enabled === undefined) return 'agreement.change';
  return enabled ? 'agreement.enable' : 'agreement.disable';
}
