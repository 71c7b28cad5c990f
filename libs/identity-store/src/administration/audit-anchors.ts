import type {
  AnchorFault,
  AnchorLine,
  AnchorProblem,
  AnchorsVerdict,
  AuditAnchor,
  AuditVerdict,
} from '@sap2/administration';
import type { Sql } from '../database.js';
import type { SecretVault } from '../secret-vault.js';

const PURPOSE = 'audit anchor';
const ANCHORS_AT_ONCE = 1_000;

/** Whatever else is signed with the same key one day, it begins with another word. */
const contentOf = ({ installation, seq, hash, at, signedAt }: Omit<AuditAnchor, 'key' | 'mac'>): string =>
  JSON.stringify(['audit anchor 1', installation, seq, hash, at, signedAt]);

/** The head as it is now; undefined while the chain has no entry. One statement. */
export async function signHead(
  sql: Sql,
  vault: SecretVault,
  nowMs: number,
): Promise<AuditAnchor | undefined> {
  const [head] = await sql.rows<{ seq: string; hash: string; at: Date; id: string }>(
    `SELECT seq, hash, at, id FROM audit_end, installation WHERE which = 'head' AND seq > 0`,
  );
  if (head === undefined) return undefined;
  const content = {
    installation: head.id,
    seq: Number(head.seq),
    hash: head.hash,
    at: head.at.toISOString(),
    signedAt: new Date(nowMs).toISOString(),
  };
  return { ...content, ...vault.sign(contentOf(content), PURPOSE) };
}

/** What the chain is compared with, read once. */
interface Trail {
  readonly installation: string | undefined;
  readonly anchor: AuditVerdict['anchor'];
  readonly head: AuditVerdict['head'];
  /** Entries before this time may have been dropped: an entry that is still there says so. */
  readonly retiredBeforeMs: number;
}

/** Compares each line with the chain. Only counts the correct ones. */
export async function checkAnchors(
  sql: Sql,
  vault: SecretVault,
  { anchor, head }: Pick<AuditVerdict, 'anchor' | 'head'>,
  lines: readonly AnchorLine[],
): Promise<AnchorsVerdict> {
  const [installation] = await sql.rows<{ id: string }>('SELECT id FROM installation');
  const trail = { installation: installation?.id, anchor, head, retiredBeforeMs: await retiredBefore(sql) };
  const problems: AnchorProblem[] = [];
  let [matching, retired] = [0, 0];
  for (let start = 0; start < lines.length; start += ANCHORS_AT_ONCE) {
    const some = lines.slice(start, start + ANCHORS_AT_ONCE);
    const hashes = await hashesAt(sql, some);
    for (const { number: line, anchor: said } of some) {
      const found =
        said === undefined ? 'unreadable' : (faultOf(said, trail, vault) ?? standing(said, trail, hashes));
      if (found === 'matching') matching++;
      else if (found === 'retired') retired++;
      else problems.push({ line, fault: found, anchor: said });
    }
  }
  return { matching, retired, problems };
}

/** Why the line is worth nothing. */
function faultOf(said: AuditAnchor, trail: Trail, vault: SecretVault): AnchorFault | undefined {
  const signature = vault.checkSignature(contentOf(said), PURPOSE, said);
  if (signature !== 'right') return signature;
  return said.installation === trail.installation ? undefined : 'other-installation';
}

function standing(
  { seq, hash, at }: AuditAnchor,
  { anchor, head, retiredBeforeMs }: Trail,
  hashes: ReadonlyMap<number, string>,
): AnchorFault | 'matching' | 'retired' {
  if (seq > head.seq) return 'cut';
  if (seq < anchor.seq) return Date.parse(at) < retiredBeforeMs ? 'retired' : 'dropped';
  const found = seq === anchor.seq ? anchor.hash : hashes.get(seq);
  if (found === undefined) return 'missing';
  return found === hash ? 'matching' : 'rewritten';
}

async function hashesAt(sql: Sql, lines: readonly AnchorLine[]): Promise<ReadonlyMap<number, string>> {
  const rows = await sql.rows<{ seq: string; hash: string }>(
    'SELECT seq, hash FROM audit_entry WHERE seq = ANY($1::bigint[])',
    [lines.flatMap(({ anchor }) => anchor?.seq ?? [])],
  );
  return new Map(rows.map(({ seq, hash }) => [Number(seq), hash]));
}

/** Retention writes an entry with every drop; the last ones outlive it, and cover all that went before. */
async function retiredBefore(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ before_ms: string | null }>(
    `SELECT floor(extract(epoch FROM max((date_trunc('month', at AT TIME ZONE 'UTC')
       - make_interval(months => CASE WHEN after->>'monthsKept' ~ '^[0-9]{1,4}$' THEN (after->>'monthsKept')::integer END)) AT TIME ZONE 'UTC')) * 1000) AS before_ms
     FROM audit_entry WHERE action = 'retention.drop' AND target = 'audit'`,
  );
  return Number(row?.before_ms ?? -Infinity);
}
