import type { Administration } from '../administration/administer.js';
import { auditedAs, targetOfAdministrator } from '../administration/postgres-administrator-book.js';
import type { AdministratorRow } from '../rows/administrator.row.js';
import type { WantedState } from './read-seed.js';
import { ADMINISTRATOR_UPSERT } from './seed-sql.js';

/** Each administrator that becomes another one has an entry of its own in the audit: PostgreSQL asks for it. Returns how many. */
export async function applyAdministrators(
  { sql, audit }: Administration,
  wanted: WantedState['administrators'],
): Promise<number> {
  const names = wanted.map(({ name }) => name);
  const stored = await sql.rows<AdministratorRow>(
    'SELECT * FROM administrator WHERE name = ANY($1) ORDER BY name FOR UPDATE',
    [names],
  );
  const before = new Map(stored.map((row) => [row.name, row]));
  const changed = await sql.rows<{ key: string }>(ADMINISTRATOR_UPSERT, [JSON.stringify(wanted)]);
  const keys = new Set(changed.map(({ key }) => key));
  for (const row of wanted.filter(({ name }) => keys.has(name))) {
    const was = before.get(row.name);
    audit({
      action: actionOf(was, row),
      target: targetOfAdministrator(row.name),
      before: was && auditedAs(was),
      after: auditedAs(row),
    });
  }
  return changed.length;
}

function actionOf(
  before: AdministratorRow | undefined,
  after: Pick<AdministratorRow, 'token_hash'>,
): `administrator.${'create' | 'rotate' | 'change'}` {
  if (before === undefined) return 'administrator.create';
  return before.token_hash === after.token_hash ? 'administrator.change' : 'administrator.rotate';
}
