import type { EventFilter } from '@sap2/event-feed';

/** Where a message goes, and how it is signed. */
export interface WebhookTarget {
  /** A decimal number. */
  readonly id: string;
  readonly url: string;
  /** `caep`: each event is a signed token (northbound §4). */
  readonly format: 'events' | 'caep';
  /** 1: each event is a message of its own. */
  readonly batch: number;
  /** `whsec_…`; the newest first, and during a rotation the previous one. Throws if a secret is unreadable. */
  readonly secrets: () => readonly string[];
}

/** A subscription that one worker delivers. No other worker has it until the claim is given back or its time is over. */
export interface ClaimedLine extends WebhookTarget, EventFilter {
  readonly claim: string;
  /** What comes up to this position is delivered, or has a record of its message. */
  readonly cursor: bigint;
  /** Messages that failed one after the other. */
  readonly failures: number;
  readonly failingSinceMs: number | undefined;
  /** There are messages to send again. */
  readonly hasPending: boolean;
}

/** The events of one message: all from `first` to `last` that the subscription wants. */
export interface MessageRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly count: number;
  /** Of the first event. */
  readonly atMs: number;
  readonly webhookID: string;
}

export const WEBHOOK_STATES = ['pending', 'delivered', 'undelivered', 'skipped'] as const;
/** `skipped`: its events are kept no longer, or the subscription wants none of them any more. */
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** What became of a message. */
export interface MessageRecord extends MessageRange {
  readonly state: WebhookState;
  /** It was sent, or could not be sent, once more. */
  readonly isAttempt: boolean;
  readonly httpStatus?: number | undefined;
  readonly error?: string | undefined;
}

/** What a step came to, for its subscription. */
export type LineNews =
  | { readonly kind: 'none' | 'worked' }
  | { readonly kind: 'failed'; readonly error: string; readonly retryInMs: number }
  /** The receiver wants no more messages (410). */
  | { readonly kind: 'gone'; readonly error: string }
  /** Events were dropped before they were delivered. */
  | { readonly kind: 'missed' };

export interface LineStep {
  readonly cursor: bigint;
  readonly news: LineNews;
  readonly records: readonly MessageRecord[];
}

export interface SubscriptionLines {
  /** Whether any subscription is enabled. */
  hasEnabled(): Promise<boolean>;
  /** Claims what is due: at most `well` subscriptions whose last message succeeded, and `suspect` others. */
  claimDue(most: { readonly well: number; readonly suspect: number }): Promise<readonly ClaimedLine[]>;
  /** The oldest message to send again; undefined: there are no more. */
  pending(line: ClaimedLine): Promise<MessageRange | undefined>;
  /** One transaction, which also prolongs the claim. False: the claim is over, or the subscription was changed. */
  record(line: ClaimedLine, step: LineStep): Promise<boolean>;
  /** Gives the claim back. */
  release(line: ClaimedLine): Promise<void>;
  /** Drops records of settled messages beyond the last thousand. Undelivered ones stay while their events are kept. */
  prune(): Promise<void>;
  /** A hint that a subscription was changed. Returns the way to stop listening. */
  onWake(callback: () => void): () => void;
}
