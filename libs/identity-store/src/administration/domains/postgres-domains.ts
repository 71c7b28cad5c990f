import type {
  ChangeDomainOutcome,
  CreateDomainOutcome,
  DeleteDomainOutcome,
  DomainRecord,
  DomainBook,
  Json,
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

  readonly create: DomainBook['create'] = (actor, { name, spInfo, services }) =>
    administer<CreateDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
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

  readonly find: DomainBook['find'] = async (name) => {
    const [row] = await this.database.rows('SELECT * FROM domain WHERE name = $1', [name]);
    return row && recordOf(row);
  };

  readonly page: DomainBook['page'] = async (after, limit) => {
    const rows = await this.database.rows('SELECT * FROM domain WHERE name > $1 ORDER BY name LIMIT $2', [
      after ?? BEFORE_ALL,
      limit,
    ]);
    return rows.map(recordOf);
  };

  readonly change: DomainBook['change'] = (actor, name, change, expectedRevision) =>
    administer<ChangeDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
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

  readonly remove: DomainBook['remove'] = (actor, name, expectedRevision) =>
    administer<DeleteDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = asExpected(await locked(sql, name), expectedRevision);
      if ('kind' in before) return before;
      const [use] = await sql.rows<{ users: boolean; agreements: boolean }>(IN_USE, [name]);
      if (use?.users || use?.agreements) return { kind: 'in-use', ...use };
      await sql.rows('DELETE FROM domain WHERE name = $1', [name]);
      audit({ action: 'domain.delete', target: `domain ${name}`, before: told(before) });
      return { kind: 'deleted' };
    });
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
