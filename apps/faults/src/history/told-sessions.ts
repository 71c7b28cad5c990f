import { assertNever } from '@sap2/kernel';
import type { Attempt, History } from './history.js';

/** A session as its owner came to know it. */
export interface ToldSession {
  readonly id: string;
  readonly owner: string;
  readonly account: string;
  readonly client: string;
  readonly birth: Attempt;
  /** Every attempt that names it, by any caller, in the order of the requests, with its login. */
  readonly attempts: readonly Attempt[];
}

/** Every session that a login answer named, by its id. */
export function toldSessions(history: History): ReadonlyMap<string, ToldSession> {
  const inOrder = history.attempts.toSorted((a, b) => a.askedAtMs - b.askedAtMs);
  const sessions = new Map<string, ToldSession & { readonly attempts: Attempt[] }>();
  for (const attempt of inOrder) {
    const { operation, outcome, peer } = attempt;
    if (operation.kind !== 'login' || operation.resumes !== undefined) continue;
    if (outcome.kind !== 'answered' || outcome.sessionID === undefined) continue;
    if (sessions.has(outcome.sessionID)) continue;
    const { account, client } = operation;
    const id = outcome.sessionID;
    sessions.set(id, { id, owner: peer, account, client, birth: attempt, attempts: [] });
  }
  for (const attempt of inOrder) for (const id of idsOf(attempt)) sessions.get(id)?.attempts.push(attempt);
  return sessions;
}

/** The sessions that an attempt is about. */
export function idsOf({ operation, outcome }: Attempt): readonly string[] {
  switch (operation.kind) {
    case 'login':
      if (operation.resumes !== undefined) return [operation.resumes];
      return outcome.kind === 'answered' && outcome.sessionID !== undefined ? [outcome.sessionID] : [];
    case 'keep-alive':
      return operation.ids;
    case 'logout':
    case 'negotiate':
      return [operation.id];
    default:
      return assertNever(operation);
  }
}

/** Whether the session was used: a live one, and no end of it. */
export const isAccepted = ({ operation, outcome }: Attempt, id: string): boolean =>
  operation.kind !== 'logout' && outcome.kind === 'answered' && outcome.granted[id] !== undefined;

/** The answer 600, 601, 604 or, for a resume, 502 of this attempt; undefined: another answer. */
export function endTold({ outcome }: Attempt, id: string): number | undefined {
  const code = outcome.kind === 'answered' ? outcome.failed[id] : undefined;
  return code !== undefined && [502, 600, 601, 604].includes(code) ? code : undefined;
}

export const isLogoutDone = ({ operation, outcome }: Attempt, id: string): boolean =>
  operation.kind === 'logout' && operation.id === id && outcome.kind === 'answered' && outcome.code === 200;

/** When SAP 2 was first asked this transaction: a stored answer is as old as that. */
export function firstAskedAtMs(history: History): (attempt: Attempt) => number {
  const first = new Map<string, number>();
  for (const { peer, transactionID, askedAtMs } of history.attempts) {
    const key = `${peer} ${transactionID}`;
    first.set(key, Math.min(first.get(key) ?? Infinity, askedAtMs));
  }
  // A keep-alive is executed again each time (ssp-binding §6).
  return ({ peer, transactionID, askedAtMs, operation }) =>
    operation.kind === 'keep-alive' ? askedAtMs : (first.get(`${peer} ${transactionID}`) ?? askedAtMs);
}

/** For people: enough to find it in a log, and no more than a log may hold. */
export const tag = (id: string): string => `session ${id.slice(0, 6)}…`;
