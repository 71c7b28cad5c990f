import type { Actor, AuditNote, Json } from '@sap2/administration';
import type { Sql, Transaction, Transactions } from '../database.js';
import { appendToAudit } from './audit-chain.js';

/** What an administrator's act is done with. */
export interface Administration {
  readonly sql: Sql;
  /** Stands in the trail if and only if the act is committed. Throws if a field is named like a secret and holds text. */
  readonly audit: (note: AuditNote) => void;
}

/**
 * One act of an administrator: one transaction, with the audit entries appended at its very end. An exception of `work` rolls
 * all of it back. Locks are taken in the order accounts, sessions, audit, so no deadlock is possible.
 */
export function administer<T>(
  database: Transactions,
  actor: Actor,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  return database.transaction((sql) => administered(sql, actor, work));
}

/** The same in a transaction that is already open, with other work before and after it. */
export function administered<T>(
  sql: Transaction,
  actor: Actor,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const notes: AuditNote[] = [];
  sql.beforeCommit(() => appendToAudit(sql, actor, notes));
  return work({
    sql,
    audit: (note) => {
      refuseSecrets(note.before);
      refuseSecrets(note.after);
      notes.push(note);
    },
  });
}

/** The thing to be changed, if it is there and as the change expects it; otherwise why not. */
export function asExpected<Thing extends { readonly revision: number }>(
  thing: Thing | undefined,
  expectedRevision: number | undefined,
): Thing | { readonly kind: 'unknown' | 'stale' } {
  if (thing === undefined) return { kind: 'unknown' };
  return thing.revision === (expectedRevision ?? thing.revision) ? thing : { kind: 'stale' };
}

const SECRET_NAME = /password|secret|token|digest(?!Schema)|nonce|cookie|hash/i;

/** The audit may have a number or a boolean about secrets (how many, whether changed), but never their text. */
function refuseSecrets(value: Json | undefined, name = ''): void {
  if (typeof value === 'string' && SECRET_NAME.test(name))
    throw new Error(`The audit must not hold the text of "${name}".`);
  if (Array.isArray(value)) for (const one of value) refuseSecrets(one, name);
  else if (typeof value === 'object' && value !== null)
    for (const [field, content] of Object.entries(value)) refuseSecrets(content, field);
}
