import type { Actor, AuditEntry, AuditMark, AuditNote, Json } from '@sap2/administration';
import { createHash } from 'node:crypto';
import type { Sql } from '../database.js';
import { AUDIT_LOCK } from '../migrate.js';

/** Bounds one statement; a seed file may change 100 000 users in one act. */
const ENTRIES_AT_ONCE = 1_000;

/**
 * Appends entries at the end of the chain. Call it last: it holds its lock until the transaction ends, and the acts of other
 * administrators wait for it.
 */
export async function appendToAudit(sql: Sql, actor: Actor, notes: readonly AuditNote[]): Promise<void> {
  if (notes.length === 0) return;
  await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...AUDIT_LOCK]);
  await sql.rows('SELECT audit_ensure_partitions(0)');
  const [head] = await sql.rows<{ seq: string; hash: string; now_ms: string }>(HEAD);
  if (head === undefined) throw new Error('The audit trail has no head.');
  let mark: AuditMark = { seq: Number(head.seq), hash: head.hash };
  for (let start = 0; start < notes.length; start += ENTRIES_AT_ONCE) {
    const entries = notes.slice(start, start + ENTRIES_AT_ONCE).map((note) => {
      const entry = linked(mark, actor, note, Number(head.now_ms));
      mark = entry;
      return entry;
    });
    await sql.rows(APPEND, [JSON.stringify(entries)]);
  }
}

function linked(mark: AuditMark, actor: Actor, note: AuditNote, atMs: number): AuditEntry {
  const entry = {
    seq: mark.seq + 1,
    atMs,
    actor: actor.name,
    from: actor.from,
    requestID: actor.requestID,
    action: note.action,
    target: note.target,
    before: note.before ?? undefined,
    after: note.after ?? undefined,
    previousHash: mark.hash,
  };
  return { ...entry, hash: hashOfEntry(entry) };
}

/**
 * SHA-256 over a JSON list in a fixed order. The fields of its objects are sorted, without undefined ones. An administrator
 * can compute it from the answer of `GET /admin/v1/audit`.
 */
export function hashOfEntry(entry: Omit<AuditEntry, 'hash'>): string {
  const content = [
    entry.previousHash,
    entry.seq,
    new Date(entry.atMs).toISOString(),
    entry.actor,
    entry.from,
    entry.requestID,
    entry.action,
    entry.target,
    entry.before ?? null,
    entry.after ?? null,
  ];
  return createHash('sha256').update(canonical(content), 'utf8').digest('hex');
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value).filter(([, content]) => content !== undefined);
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, content]) => `${JSON.stringify(name)}:${canonical(content)}`).join(',')}}`;
}

/** Times never go back, even if the clock does: so each month's partition is one piece of the chain. */
const HEAD = `
  SELECT seq, hash, floor(extract(epoch FROM greatest(at, clock_timestamp())) * 1000) AS now_ms
  FROM audit_end WHERE which = 'head'`;

const APPEND = `
  INSERT INTO audit_entry
    (seq, at, actor, from_address, request_id, action, target, before, after, previous_hash, hash)
  SELECT seq, to_timestamp("atMs" / 1000.0), actor, "from", "requestID", action, target, before, after, "previousHash", hash
  FROM jsonb_to_recordset($1) AS entry (seq bigint, "atMs" numeric, actor text, "from" text, "requestID" text, action text,
    target text, before jsonb, after jsonb, "previousHash" text, hash text)`;
