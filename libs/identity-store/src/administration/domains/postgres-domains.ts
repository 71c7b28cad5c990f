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
import type { Domain, FunctionName } from '@sap2/session-core';
import type { Database, Sql } from '../../database.js';
import { type DomainRow, spInfoOf } from '../../rows/domain.row.js';
import { administer } from '../administer.js';
import { rememberCreation } from '../creations.js';

/** Sorts before every name. */
const BEFORE_ALL = '';

export class PostgresDomains implements DomainBook {
  /** @param changed called after each commit that changed something: the directory of this process shows it then. */
  constructor(
    private readonly database: Database,
    private readonly changed: () => Promise<void>,
  ) {}

  async create(actor: Actor, { name, spInfo, services }: NewDomain): Promise<CreateDomainOutcome> {
    const outcome = await administer<CreateDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const [row] = await sql.rows<DomainRow>(INSERT, [name, ...spColumns(spInfo), services ?? null]);
      if (row === undefined) return { kind: 'exists' };
      await rememberCreation(sql, actor, name);
      audit({ action: 'domain.create', target: `domain ${name}`, after: told(row) });
      return { kind: 'created', domain: recordOf(row) };
    });
    if (outcome.kind === 'created') await this.changed();
    return outcome;
  }

  async find(name: Domain): Promise<DomainRecord | undefined> {
    const [row] = await this.database.rows<DomainRow>('SELECT * FROM domain WHERE name = $1', [name]);
    return row && recordOf(row);
  }

  async page(after: Domain | undefined, limit: number): Promise<readonly DomainRecord[]> {
    const rows = await this.database.rows<DomainRow>(
      'SELECT * FROM domain WHERE name > $1 ORDER BY name LIMIT $2',
      [after ?? BEFORE_ALL, limit],
    );
    return rows.map(recordOf);
  }

  async change(
    actor: Actor,
    name: Domain,
    change: DomainChange,
    expectedRevision: number | undefined,
  ): Promise<ChangeDomainOutcome> {
    const outcome = await administer<ChangeDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, name);
      if (before === undefined) return { kind: 'unknown' };
      if (before.revision !== (expectedRevision ?? before.revision)) return { kind: 'stale' };
      const old = recordOf(before);
      const spInfo = change.spInfo === undefined ? old.spInfo : (change.spInfo ?? undefined);
      const services = change.services === undefined ? old.services : (change.services ?? undefined);
      const [after] = await sql.rows<DomainRow>(UPDATE, [name, ...spColumns(spInfo), services ?? null]);
      if (after === undefined) return { kind: 'changed', domain: old };
      audit({ action: 'domain.change', target: `domain ${name}`, before: told(before), after: told(after) });
      return { kind: 'changed', domain: recordOf(after) };
    });
    if (outcome.kind === 'changed') await this.changed();
    return outcome;
  }

  async remove(
    actor: Actor,
    name: Domain,
    expectedRevision: number | undefined,
  ): Promise<DeleteDomainOutcome> {
    const outcome = await administer<DeleteDomainOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, name);
      if (before === undefined) return { kind: 'unknown' };
      if (before.revision !== (expectedRevision ?? before.revision)) return { kind: 'stale' };
      const [use] = await sql.rows<{ users: boolean; agreements: boolean }>(IN_USE, [name]);
      if (use?.users || use?.agreements) return { kind: 'in-use', ...use };
      await sql.rows('DELETE FROM domain WHERE name = $1', [name]);
      audit({ action: 'domain.delete', target: `domain ${name}`, before: told(before) });
      return { kind: 'deleted' };
    });
    if (outcome.kind === 'deleted') await this.changed();
    return outcome;
  }
}

/** Locked so that nobody makes a user or an agreement with it meanwhile: their foreign keys wait. */
async function locked(sql: Sql, name: Domain): Promise<DomainRow | undefined> {
  const [row] = await sql.rows<DomainRow>('SELECT * FROM domain WHERE name = $1 FOR UPDATE', [name]);
  return row;
}

function spColumns(spInfo: DomainRecord['spInfo']): readonly (string | null)[] {
  const columns = [
    spInfo?.name,
    spInfo?.description,
    spInfo?.url,
    spInfo?.logo?.contentType,
    spInfo?.logo?.content,
  ];
  return columns.map((column) => column ?? null);
}

const recordOf = (row: DomainRow): DomainRecord => ({
  name: row.name as Domain,
  spInfo: spInfoOf(row),
  services: (row.services as FunctionName[] | null) ?? undefined,
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
  revision: row.revision,
});

/** For the audit: of a logo only how large it is. */
function told(row: DomainRow): Json {
  const { spInfo, services } = recordOf(row);
  const { logo, ...words } = spInfo ?? {};
  return {
    spInfo: spInfo === undefined ? null : { ...words, logoCharacters: logo?.content.length ?? 0 },
    services: services ?? null,
  };
}

const COLUMNS = 'sp_name, sp_description, sp_url, sp_logo_content_type, sp_logo, services';

const INSERT = `
  INSERT INTO domain (name, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING *`;

/** Returns nothing where nothing would be different. */
const UPDATE = `
  UPDATE domain SET (${COLUMNS}) = ROW ($2, $3, $4, $5, $6, $7::text[]), revision = revision + 1, updated_at = now()
  WHERE name = $1 AND ROW (${COLUMNS}) IS DISTINCT FROM ROW ($2, $3, $4, $5, $6, $7::text[]) RETURNING *`;

const IN_USE = `
  SELECT EXISTS (SELECT FROM account WHERE domain = $1) AS users,
    EXISTS (SELECT FROM agreement_domain WHERE domain = $1)
      OR EXISTS (SELECT FROM agreement WHERE own_service_id = 'wv:@' || $1 AND deleted_at IS NULL) AS agreements`;
