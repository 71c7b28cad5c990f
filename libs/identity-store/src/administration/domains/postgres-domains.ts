import type {
  Actor,
  ChangeDomainOutcome,
  CreateDomainOutcome,
  DeleteDomainOutcome,
  DomainChange,
  DomainRecord,
  DomainBook,
  Json,
  NewDomain,
} from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import type { Sql, Transactions } from '../../database.js';
import { INSERT, recordOf, UPDATE, writtenOf } from '../../rows/domain.row.js';
import { administer, asExpected } from '../administer.js';
import { rememberCreation } from '../creations.js';

/** Sorts before every name. */
const BEFORE_ALL = '';

export class PostgresDomains implements DomainBook {
  constructor(private readonly database: Transactions) {}

  create(actor: Actor, { name, spInfo, services }: NewDomain): Promise<CreateDomainOutcome> {
    return administer<CreateDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const [row] = await sql.rows(`${INSERT} ON CONFLICT DO NOTHING RETURNING *`, [
        name,
        ...writtenOf({ spInfo, services }),
      ]);
      if (row === undefined) return { kind: 'exists' };
      await rememberCreation(sql, actor, name);
      const domain = recordOf(row);
      audit({ action: 'domain.create', target: `domain ${name}`, after: told(domain) });
      return { kind: 'created', domain };
    });
  }

  async find(name: Domain): Promise<DomainRecord | undefined> {
    const [row] = await this.database.rows('SELECT * FROM domain WHERE name = $1', [name]);
    return row && recordOf(row);
  }

  async page(after: Domain | undefined, limit: number): Promise<readonly DomainRecord[]> {
    const rows = await this.database.rows('SELECT * FROM domain WHERE name > $1 ORDER BY name LIMIT $2', [
      after ?? BEFORE_ALL,
      limit,
    ]);
    return rows.map(recordOf);
  }

  change(
    actor: Actor,
    name: Domain,
    change: DomainChange,
    expectedRevision: number | undefined,
  ): Promise<ChangeDomainOutcome> {
    return administer<ChangeDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = asExpected(await locked(sql, name), expectedRevision);
      if ('kind' in before) return before;
      const spInfo = change.spInfo === undefined ? before.spInfo : (change.spInfo ?? undefined);
      const services = change.services === undefined ? before.services : (change.services ?? undefined);
      const [row] = await sql.rows(UPDATE, [name, ...writtenOf({ spInfo, services })]);
      if (row === undefined) return { kind: 'changed', domain: before };
      const after = recordOf(row);
      audit({ action: 'domain.change', target: `domain ${name}`, before: told(before), after: told(after) });
      return { kind: 'changed', domain: after };
    });
  }

  remove(actor: Actor, name: Domain, expectedRevision: number | undefined): Promise<DeleteDomainOutcome> {
    return administer<DeleteDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = asExpected(await locked(sql, name), expectedRevision);
      if ('kind' in before) return before;
      const [use] = await sql.rows<{ users: boolean; agreements: boolean }>(IN_USE, [name]);
      if (use?.users || use?.agreements) return { kind: 'in-use', ...use };
      await sql.rows('DELETE FROM domain WHERE name = $1', [name]);
      audit({ action: 'domain.delete', target: `domain ${name}`, before: told(before) });
      return { kind: 'deleted' };
    });
  }
}

/** The lock delays new users and agreements of the domain: their foreign keys wait. */
async function locked(sql: Sql, name: Domain): Promise<DomainRecord | undefined> {
  const [row] = await sql.rows('SELECT * FROM domain WHERE name = $1 FOR UPDATE', [name]);
  return row && recordOf(row);
}

/** For the audit: of a logo only how large it is. */
function told({ spInfo, services }: DomainRecord): Json {
  const { logo, ...words } = spInfo ?? {};
  return {
    spInfo: spInfo === undefined ? null : { ...words, logoCharacters: logo?.content.length ?? 0 },
    services: services ?? null,
  };
}

const IN_USE = `
  SELECT EXISTS (SELECT FROM account WHERE domain = $1) AS users,
    EXISTS (SELECT FROM agreement_domain WHERE domain = $1)
      OR EXISTS (SELECT FROM agreement WHERE own_service_id = 'wv:@' || $1 AND deleted_at IS NULL) AS agreements`;
