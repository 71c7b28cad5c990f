import type { Audit } from '@sap2/administration';
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

  readonly page: Audit['page'] = async ({ actor, action, target, sinceMs, untilMs }, before, limit) => {
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
  };

  readonly find: Audit['find'] = async (seq) => {
    const [row] = await this.database.rows('SELECT * FROM audit_entry WHERE seq = $1', [seq]);
    return row && entryOf(row);
  };

  readonly note: Audit['note'] = (actor, note) =>
    administer(this.database, actor, async ({ audit }) => audit(note));

  readonly verify: Audit['verify'] = () => verifyAudit(this.database);

  readonly verifyAgainst: Audit['verifyAgainst'] = (lines) =>
    inOnePicture(this.database, async (sql) => {
      const chain = await verifyChain(sql);
      return { chain, anchors: await checkAnchors(sql, this.vault, chain, lines) };
    });

  readonly signHead: Audit['signHead'] = (nowMs) => signHead(this.database, this.vault, nowMs);
}
