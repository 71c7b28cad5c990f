export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json | undefined };

/** One thing that was done, as the work that did it tells it. */
export interface AuditNote {
  /** Noun and verb: `user.suspend`. */
  readonly action: string;
  /** Kind and name of what it was done to: `user wv:alice@provider.example`. Of a session id only its tag. */
  readonly target: string;
  /** Left out: it was not there before. */
  readonly before?: Json | undefined;
  /** Left out: it is not there any more. */
  readonly after?: Json | undefined;
}

export interface AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  readonly atMs: number;
  readonly actor: string;
  readonly from: string;
  readonly requestID: string;
  readonly action: string;
  readonly target: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Of the entry before this one; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256 over the previous hash and the content of the entry, hex. */
  readonly hash: string;
}

/** Where the chain begins or ends: an entry, by its number and hash. */
export interface AuditMark {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Whether the trail is what was written. `broken` names the first wrong entry and its fault:
 *
 * - `missing`: it was removed, or the end was cut off
 * - `unlinked`: it does not follow the one before it
 * - `changed`
 * - `unclaimed`: it is after the end that the service recorded
 */
export type AuditVerdict =
  | { readonly kind: 'sound'; readonly entries: number; readonly anchor: AuditMark; readonly head: AuditMark }
  | {
      readonly kind: 'broken';
      readonly seq: number;
      readonly problem: 'missing' | 'unlinked' | 'changed' | 'unclaimed';
      readonly anchor: AuditMark;
      readonly head: AuditMark;
    };

/** Where the chain ended at one time, signed: written down where the owner of the database cannot write. */
export interface AuditAnchor {
  /** Id of the database. */
  readonly installation: string;
  readonly seq: number;
  readonly hash: string;
  /** Of the entry, as in the trail (ISO 8601). */
  readonly at: string;
  readonly signedAt: string;
  /** Id of the key that signed it. */
  readonly key: string;
  /** HMAC over all of this, hex. */
  readonly mac: string;
}

/** A line of a file of anchors. */
export interface AnchorLine {
  /** From 1. */
  readonly number: number;
  /** Undefined: the line is no anchor. */
  readonly anchor: AuditAnchor | undefined;
}

/**
 * What a line proves against the trail, or what makes the line worthless:
 *
 * - `cut`: the trail ends before the entry
 * - `missing`: it has a gap there
 * - `rewritten`: it has another entry there
 * - `dropped`: it begins after the entry, and no entry says that retention dropped it
 */
export type AnchorFault =
  | 'unreadable'
  | 'unknown-key'
  | 'wrong-signature'
  | 'other-installation'
  | 'cut'
  | 'missing'
  | 'rewritten'
  | 'dropped';

export interface AnchorProblem {
  readonly line: number;
  readonly fault: AnchorFault;
  /** Undefined: the line is no anchor. */
  readonly anchor: AuditAnchor | undefined;
}

export interface AnchorsVerdict {
  /** Lines whose entry stands in the trail as it was written. */
  readonly matching: number;
  /** Lines whose entry is older than what retention keeps; an entry of the trail says that it was dropped. */
  readonly retired: number;
  /** In the order of lines. */
  readonly problems: readonly AnchorProblem[];
}
