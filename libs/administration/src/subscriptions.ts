import type { EventFeed, Positions } from '@sap2/event-feed';
import type { Randomness } from '@sap2/kernel';
import type { Actor } from './actor.js';
import type { WrongEntry } from './entry-rules.js';
import {
  type FormatNotEnabled,
  readSubscriptionEntry,
  type SubscriptionEntry,
  type SubscriptionRules,
  type SubscriptionSettings,
} from './subscription-entry.js';

/** `gone`: the receiver answered 410. */
export const DISABLED_CAUSES = ['administrator', 'gone'] as const;

/** A subscription, without its secrets. */
export interface SubscriptionRecord extends SubscriptionSettings {
  /** A decimal number. */
  readonly id: string;
  readonly enabled: boolean;
  readonly disabledBecause: (typeof DISABLED_CAUSES)[number] | undefined;
  /** What comes up to it is settled, or listed as pending. */
  readonly cursor: bigint;
  /** Messages that failed one after the other. */
  readonly failures: number;
  readonly failingSinceMs: number | undefined;
  readonly nextAttemptAtMs: number | undefined;
  readonly lastError: string | undefined;
  readonly lastErrorAtMs: number | undefined;
  /** When events were dropped that it had not got. */
  readonly missedAtMs: number | undefined;
  /** Until when messages also have a signature of the previous secret. */
  readonly previousSecretUntilMs: number | undefined;
  readonly undelivered: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly revision: number;
}

export const SUBSCRIPTION_DELIVERY_STATES = ['pending', 'delivered', 'undelivered', 'skipped'] as const;
export type SubscriptionDeliveryState = (typeof SUBSCRIPTION_DELIVERY_STATES)[number];

/** One message of a subscription and what came of it. */
export interface SubscriptionDelivery {
  /** A decimal number. */
  readonly id: string;
  readonly state: SubscriptionDeliveryState;
  /** The header `webhook-id`: for a message of one event, the id of this event. */
  readonly webhookID: string;
  /** Of its last event. */
  readonly lastPosition: bigint;
  readonly events: number;
  /** Of its first event. */
  readonly eventAtMs: number;
  readonly attempts: number;
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
  readonly createdAtMs: number;
  readonly lastAttemptAtMs: number | undefined;
  readonly settledAtMs: number | undefined;
}

/** Of a test event. */
export type TestOutcome =
  | { readonly kind: 'acknowledged'; readonly httpStatus: number }
  | {
      readonly kind: 'failed' | 'gone';
      readonly httpStatus: number | undefined;
      readonly error: string;
    };

export type ChangeSubscriptionOutcome<Refusal = never> =
  | { readonly kind: 'changed'; readonly subscription: SubscriptionRecord }
  | { readonly kind: 'unknown' | 'stale' }
  | Refusal;

export type SubscriptionAct = 'change' | 'enable' | 'disable' | 'replay';

/** What is replayed: all events after a position again, or only what is undelivered. */
export type Replay = { readonly kind: 'after'; readonly position: bigint } | { readonly kind: 'undelivered' };

/** Each change is one transaction with its entry in the audit. Secrets are sealed. */
export interface SubscriptionBook {
  /** It gets the events after `cursor`. `full`: there are too many subscriptions. */
  create(
    actor: Actor,
    settings: SubscriptionSettings,
    secret: string,
    cursor: bigint,
  ): Promise<
    { readonly kind: 'created'; readonly subscription: SubscriptionRecord } | { readonly kind: 'full' }
  >;
  find(id: string): Promise<SubscriptionRecord | undefined>;
  /** In the order of ids. */
  page(after: string | undefined, limit: number): Promise<readonly SubscriptionRecord[]>;
  change<Refusal extends { readonly kind: string }>(
    actor: Actor,
    id: string,
    decide: (before: SubscriptionRecord) => SubscriptionSettings | Refusal,
    expectedRevision: number | undefined,
  ): Promise<ChangeSubscriptionOutcome<Refusal>>;
  /** Enabled, it goes on where it stopped. */
  setEnabled(
    actor: Actor,
    id: string,
    enabled: boolean,
    expectedRevision: number | undefined,
  ): Promise<ChangeSubscriptionOutcome>;
  remove(
    actor: Actor,
    id: string,
    expectedRevision: number | undefined,
  ): Promise<{ readonly kind: 'deleted' | 'unknown' | 'stale' }>;
  /** The previous secret stays valid for `overlapS` seconds. */
  replaceSecret(
    actor: Actor,
    id: string,
    secret: string,
    overlapS: number,
  ): Promise<SubscriptionRecord | undefined>;
  /** `ahead`: the position is after the cursor, so events would be left out. */
  replay(
    actor: Actor,
    id: string,
    replay: Replay,
  ): Promise<ChangeSubscriptionOutcome<{ readonly kind: 'ahead' }>>;
  /** Newest first. */
  deliveries(
    id: string,
    state: SubscriptionDeliveryState | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<readonly SubscriptionDelivery[]>;
  recordTest(actor: Actor, id: string, outcome: TestOutcome['kind']): Promise<void>;
}

export interface SubscriptionNeeds extends SubscriptionRules {
  readonly book: SubscriptionBook;
  readonly feed: Pick<EventFeed, 'latest'>;
  readonly positions: Pick<Positions, 'textOf' | 'read'>;
  readonly randomness: Randomness;
  /** The secret in the form that receivers store. */
  readonly secretOf: (bytes: Uint8Array) => string;
  /** Undefined: there is no such subscription. */
  readonly sendTest: (id: string, position: bigint, state?: string) => Promise<TestOutcome | undefined>;
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

export interface WithSecret {
  readonly subscription: SubscriptionRecord;
  /** Shown this once. */
  readonly secret: string;
}

export class Subscriptions {
  readonly book: SubscriptionBook;
  readonly positions: SubscriptionNeeds['positions'];

  constructor(private readonly on: SubscriptionNeeds) {
    ({ book: this.book, positions: this.positions } = on);
  }

  /** It gets the events from now on. */
  async create(
    actor: Actor,
    entry: SubscriptionEntry,
  ): Promise<
    ({ readonly kind: 'created' } & WithSecret) | { readonly kind: 'full' } | WrongEntry | FormatNotEnabled
  > {
    const settings = readSubscriptionEntry(entry, undefined, this.on);
    if ('kind' in settings) return settings;
    const secret = this.newSecret();
    const outcome = await this.book.create(actor, settings, secret, await this.on.feed.latest());
    return outcome.kind === 'created' ? { ...outcome, secret } : outcome;
  }

  change(
    actor: Actor,
    id: string,
    entry: SubscriptionEntry,
    expectedRevision: number | undefined,
  ): Promise<ChangeSubscriptionOutcome<WrongEntry | FormatNotEnabled>> {
    const decide = (before: SubscriptionRecord) => readSubscriptionEntry(entry, before, this.on);
    return this.book.change(actor, id, decide, expectedRevision);
  }

  async replaceSecret(actor: Actor, id: string, overlapS: number): Promise<WithSecret | undefined> {
    const secret = this.newSecret();
    const subscription = await this.book.replaceSecret(actor, id, secret, overlapS);
    return subscription && { subscription, secret };
  }

  /**
   * No transaction is open while the receiver is being called. Undefined: there is no such subscription.
   * @param state what a receiver of security events asked with
   */
  async test(actor: Actor, id: string, state?: string): Promise<TestOutcome | undefined> {
    const outcome = await this.on.sendTest(id, await this.on.feed.latest(), state);
    if (outcome !== undefined) await this.book.recordTest(actor, id, outcome.kind);
    return outcome;
  }

  private newSecret(): string {
    return this.on.secretOf(this.on.randomness.bytes(SECRET_BYTES));
  }
}
