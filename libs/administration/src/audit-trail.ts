import type { Actor } from './actor.js';
import type {
  AnchorLine,
  AnchorsVerdict,
  AuditAnchor,
  AuditEntry,
  AuditNote,
  AuditVerdict,
} from './audit.js';

export const AUDIT = Symbol('Audit');

export interface AuditQuestion {
  readonly actor: string | undefined;
  readonly action: string | undefined;
  readonly target: string | undefined;
  /** At or after, milliseconds since 1970. */
  readonly sinceMs: number | undefined;
  /** Before, milliseconds since 1970. */
  readonly untilMs: number | undefined;
}

/** The acts of administrators. No method changes an entry. */
export interface Audit {
  /** Newest first; entries before `before`, if it is given. */
  page(question: AuditQuestion, before: number | undefined, limit: number): Promise<readonly AuditEntry[]>;
  find(seq: number): Promise<AuditEntry | undefined>;
  /** Of an act that is more than one transaction, before it begins. Every other act writes its entry with what it does. */
  note(actor: Actor, note: AuditNote): Promise<void>;
  /** Computes the whole chain again, from its anchor to its head. */
  verify(): Promise<AuditVerdict>;
  /** The same, and whether what the anchors say still holds, all in one picture of the database. */
  verifyAgainst(
    lines: readonly AnchorLine[],
  ): Promise<{ readonly chain: AuditVerdict; readonly anchors: AnchorsVerdict }>;
  /** The end of the chain as it is now, signed; undefined: it has no entry. */
  signHead(nowMs: number): Promise<AuditAnchor | undefined>;
}
