import type { PasswordPolicy } from './password-policy.js';
import type { EndedSession } from '@sap2/session-core';
import { type NewUser, readUserEntry, type UserEntry } from './user-entry.js';

/** Users per transaction: enough to be fast, but few for the memory and for the time of the locks. */
export const IMPORT_BATCH = 250;

/** One line of an import: an entry, or its fault. */
export type ImportLine = {
  /** Of the input, from 1. */
  readonly line: number;
} & (
  | { readonly kind: 'entry'; readonly entry: UserEntry }
  | { readonly kind: 'unreadable'; readonly detail: string }
);

export interface ImportResult {
  readonly line: number;
  readonly status: 'created' | 'changed' | 'unchanged' | 'refused';
  readonly detail: string | undefined;
}

export interface ImportRequest {
  /** Says what would happen, and changes nothing. */
  readonly dryRun: boolean;
}

export type ImportStatus = 'created' | 'changed' | 'unchanged' | 'domain-not-served' | 'busy';

export interface ImportedBatch {
  /** One for each user of the batch, in its order. `busy`: other changes of the user came in between again and again. */
  readonly statuses: readonly ImportStatus[];
  readonly ended: readonly EndedSession[];
}

/** A line that a result is owed for. */
type Waiting =
  { readonly line: number; readonly user: NewUser } | { readonly line: number; readonly refusedFor: string };

/**
 * Imports any number of users, with a result for each line in the order of lines. While results wait for their reader, it
 * reads at most one batch of lines. It stops when the reader has gone. A refused line never stops the others. A repetition
 * after an interruption changes only the remaining users.
 */
export async function* importUsers(
  lines: AsyncIterable<ImportLine>,
  policy: PasswordPolicy,
  importBatch: (batch: readonly NewUser[]) => Promise<ImportedBatch>,
): AsyncGenerator<ImportResult, void, undefined> {
  let waiting: Waiting[] = [];
  let named = new Set<string>();
  for await (const read of lines) {
    const next = readLine(read, policy);
    const isRepeated = 'user' in next && named.has(next.user.id);
    // A user named twice is changed twice, in order: the second one begins a batch.
    if (waiting.length === IMPORT_BATCH || isRepeated) {
      yield* await settled(waiting, importBatch);
      waiting = [];
      named = new Set();
    }
    waiting.push(next);
    if ('user' in next) named.add(next.user.id);
  }
  yield* await settled(waiting, importBatch);
}

function readLine(read: ImportLine, policy: PasswordPolicy): Waiting {
  const { line } = read;
  if (read.kind === 'unreadable') return { line, refusedFor: read.detail };
  const user = readUserEntry(read.entry, policy);
  return user.ok
    ? { line, user: user.value }
    : { line, refusedFor: `${user.error.field} ${user.error.detail}` };
}

async function settled(
  waiting: readonly Waiting[],
  importBatch: (batch: readonly NewUser[]) => Promise<ImportedBatch>,
): Promise<readonly ImportResult[]> {
  const { statuses } = await importBatch(waiting.flatMap((one) => ('user' in one ? [one.user] : [])));
  const next = statuses.values();
  return waiting.map((one) =>
    'user' in one
      ? { line: one.line, ...resultOf(next.next().value ?? missing()) }
      : { line: one.line, status: 'refused', detail: one.refusedFor },
  );
}

const RESULTS = {
  created: { status: 'created', detail: undefined },
  changed: { status: 'changed', detail: undefined },
  unchanged: { status: 'unchanged', detail: undefined },
  'domain-not-served': { status: 'refused', detail: 'userID has a domain that is not served here' },
  busy: { status: 'refused', detail: 'userID is being changed by another request: try again' },
} as const satisfies Record<ImportStatus, Omit<ImportResult, 'line'>>;

const resultOf = (status: ImportStatus): Omit<ImportResult, 'line'> => RESULTS[status];

function missing(): never {
  throw new Error('The store gave fewer statuses than there are users.');
}
