import type {
  Actor,
  AnchorLine,
  Audit,
  AuditAnchor,
  AuditEntry,
  AuditNote,
  AuditQuestion,
  AuditVerdict,
} from '@sap2/administration';
import type { Database } from '../database.js';
import type { SecretVault } from '../secret-vault.js';
import type { AuditEntryRow } from '../rows/audit.row.js';
import { administer } from './administer.js';
import { checkAnchors, signHead } from './audit-anchors.js';
import { entryOf, inOnePicture, verifyAudit, verifyChain } from './audit-verification.js';

/** Sorts after every entry. */
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

export class PostgresAudit implements Audit {
  constructor(
    private readonly database: Database,
    private readonly vault: SecretVault,
  ) {}

  async page(
    { actor, action, target, sinceMs, untilMs }: AuditQuestion,
    before: number | undefined,
    limit: number,
  ): Promise<readonly AuditEntry[]> {
    const conditions: readonly (readonly [string, unknown])[] = [
      ['actor =', actor],
      ['action =', action],
      ['target =', target],
      ['at >=', sinceMs === undefined ? undefined : new Date(sinceMs)],
      ['at <', untilMs === undefined ? undefined : new Date(untilMs)],
    ];
    const asked = conditions.filter(([, value]) => value !== undefined);
    const where = asked.map(([condition], index) => ` AND ${condition} $${index + 3}`).join('');
    const rows = await this.database.rows<AuditEntryRow>(
      `SELECT * FROM audit_entry WHERE seq < $1${where} ORDER BY seq DESC LIMIT $2`,
      [before ?? AFTER_ALL, limit, ...asked.map(([, value]) => value)],
    );
    return rows.map(entryOf);
  }

  async find(seq: number): Promise<AuditEntry | undefined> {
    const [row] = await this.database.rows<AuditEntryRow>('SELECT * FROM audit_entry WHERE seq = $1', [seq]);
    return row && entryOf(row);
  }

  note(actor: Actor, note: AuditNote): Promise<void> {
    return administer(this.database, actor, async ({ audit }) => audit(note));
  }

  verify(): Promise<AuditVerdict> {
    return verifyAudit(this.database);
  }

  verifyAgainst(lines: readonly AnchorLine[]): ReturnType<Audit['verifyAgainst']> {
    return inOnePicture(this.database, async (sql) => {
      const chain = await verifyChain(sql);
      return { chain, anchors: await checkAnchors(sql, this.vault, chain, lines) };
    });
  }

  signHead(nowMs: number): Promise<AuditAnchor | undefined> {
    return signHead(this.database, this.vault, nowMs);
  }
}
