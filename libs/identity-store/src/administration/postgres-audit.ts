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
import { administer } from './administer.js';
import { checkAnchors, signHead } from './audit-anchors.js';
import { Conditions } from './conditions.js';
import { entryOf, inOnePicture, verifyAudit, verifyChain } from './audit-verification.js';

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
    const conditions = new Conditions()
      .equal('actor', actor)
      .equal('action', action)
      .equal('target', target)
      .within('at', sinceMs, untilMs)
      .where(before, (seq) => `seq < ${seq}`);
    const rows = await this.database.rows(
      `SELECT * FROM audit_entry WHERE ${conditions.sql} ORDER BY seq DESC LIMIT ${conditions.value(limit)}`,
      conditions.parameters,
    );
    return rows.map(entryOf);
  }

  async find(seq: number): Promise<AuditEntry | undefined> {
    const [row] = await this.database.rows('SELECT * FROM audit_entry WHERE seq = $1', [seq]);
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
