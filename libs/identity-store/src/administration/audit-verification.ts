import type { AuditEntry, AuditMark, AuditVerdict } from '@sap2/administration';
import type { Database, Sql } from '../database.js';
import { ColumnMap } from '../rows/column-map.js';
import { hashOfEntry } from './audit-chain.js';

const ENTRIES_AT_ONCE = 2_000;

/** Walks the whole chain, in one picture of the database that later entries do not disturb. */
export const verifyAudit = (database: Database): Promise<AuditVerdict> => inOnePicture(database, verifyChain);

export const inOnePicture = <T>(database: Database, look: (sql: Sql) => Promise<T>): Promise<T> =>
  database.longTransaction(async (sql) => {
    await sql.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return look(sql);
  });

export async function verifyChain(sql: Sql): Promise<AuditVerdict> {
  const ends = await sql.rows<{ which: string; seq: string; hash: string }>('SELECT * FROM audit_end');
  const [anchor, head] = ['anchor', 'head'].map((which): AuditMark | undefined => {
    const end = ends.find((row) => row.which === which);
    return end && { seq: Number(end.seq), hash: end.hash };
  });
  if (anchor === undefined || head === undefined) throw new Error('The audit trail has lost its ends.');
  const found = await firstFault(sql, anchor, head);
  return found === undefined
    ? { kind: 'sound', entries: head.seq - anchor.seq, anchor, head }
    : { kind: 'broken', ...found, anchor, head };
}

type Fault = Pick<Extract<AuditVerdict, { kind: 'broken' }>, 'seq' | 'problem'>;

async function firstFault(sql: Sql, anchor: AuditMark, head: AuditMark): Promise<Fault | undefined> {
  let last = anchor;
  // From the very first that is stored, and not from the anchor on: what retention dropped must not be there.
  for (let after = 0; ; after = last.seq) {
    const rows = await sql.rows('SELECT * FROM audit_entry WHERE seq > $1 ORDER BY seq, at LIMIT $2', [
      after,
      ENTRIES_AT_ONCE,
    ]);
    for (const entry of rows.map(entryOf)) {
      const fault = faultOf(entry, last, head);
      if (fault !== undefined) return fault;
      last = entry;
    }
    if (rows.length < ENTRIES_AT_ONCE) break;
  }
  if (last.seq < head.seq) return { seq: last.seq + 1, problem: 'missing' };
  return last.hash === head.hash ? undefined : { seq: last.seq, problem: 'changed' };
}

function faultOf(entry: AuditEntry, before: AuditMark, head: AuditMark): Fault | undefined {
  const expected = before.seq + 1;
  if (entry.seq > expected && expected <= head.seq) return { seq: expected, problem: 'missing' };
  if (entry.seq !== expected || entry.seq > head.seq) return { seq: entry.seq, problem: 'unclaimed' };
  if (entry.hash !== hashOfEntry(entry)) return { seq: entry.seq, problem: 'changed' };
  if (entry.previousHash !== before.hash) return { seq: entry.seq, problem: 'unlinked' };
  return undefined;
}

const entries = new ColumnMap<Omit<AuditEntry, 'from'> & { readonly fromAddress: string }>({
  seq: 'bigint',
  atMs: 'timestamptz',
  actor: 'text',
  fromAddress: 'text',
  requestID: 'text',
  action: 'text',
  target: 'text',
  before: 'jsonb',
  after: 'jsonb',
  previousHash: 'text',
  hash: 'text',
});

export function entryOf(row: object): AuditEntry {
  const { seq, atMs, actor, fromAddress: from, ...rest } = entries.thingOf(row);
  return { seq, atMs, actor, from, ...rest };
}
