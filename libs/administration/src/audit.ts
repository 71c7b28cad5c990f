/** What stands in JSON. */
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

/** One link of the chain. */
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
 * Whether the trail is what was written. `broken` tells the first entry that is not: `missing` (removed, or the tail cut
 * off), `unlinked` (does not follow the one before it), `changed`, `unclaimed` (after the end that the service noted).
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
