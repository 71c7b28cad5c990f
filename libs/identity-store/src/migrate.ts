import {
  DataSource,
  MigrationExecutor,
  type MigrationInterface,
  QueryFailedError,
  type QueryRunner,
} from 'typeorm';
import { initialize, TCP_KEEP_ALIVE } from './database.js';
import { pgDriverFor } from './driver.js';
import { Servers } from './writable-server.js';
import { grantService } from './service-role.js';
import { storeFailure } from './store-failure.js';

export type MigrationClass = new () => MigrationInterface;

/** Keys of our advisory locks begin with this number: "SAP2" in ASCII. */
const LOCKS_OF_SAP2 = 0x53_41_50_32;
const MIGRATION_LOCK = [LOCKS_OF_SAP2, 1] as const;
export const SEED_LOCK = [LOCKS_OF_SAP2, 2] as const;
export const AUDIT_LOCK = [LOCKS_OF_SAP2, 3] as const;
export const RETENTION_LOCK = [LOCKS_OF_SAP2, 27] as const;
export const TALLY_LOCK = [LOCKS_OF_SAP2, 17] as const;

export interface MigrateOptions {
  /** Of the role that owns the tables. */
  readonly url: string;
  readonly applicationName: string;
  readonly migrations: readonly MigrationClass[];
  /** Role of the service, if it is not the owner. It gets only the rights that it needs. */
  readonly serviceRole: string | undefined;
  /** Whole months of the audit trail that only the owner can drop; undefined: no change. */
  readonly auditKeepMonths?: number | undefined;
}

/**
 * Brings the schema up to date. If several processes start at the same time, they take turns (advisory lock), and the later
 * ones find no work. Returns the names of the missing migrations. It has no time limit, because a migration of a large table
 * may take long.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { url, applicationName, migrations, serviceRole, auditKeepMonths } = options;
  const servers = new Servers(url);
  const source = new DataSource({
    type: 'postgres',
    driver: pgDriverFor(servers),
    url: servers.current,
    applicationName,
    migrations: [...migrations],
    installExtensions: false,
    logging: false,
    // The statement reports a failure of its connection. Failures of idle connections do not matter here.
    poolErrorHandler: () => undefined,
    extra: TCP_KEEP_ALIVE,
  });
  await initialize({ source, servers });
  try {
    // The migrations run on the connection that holds the lock: if it breaks, both end together.
    const runner = source.createQueryRunner();
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1, $2)', [...MIGRATION_LOCK]);
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'each';
    const applied = await executor.executePendingMigrations();
    if (auditKeepMonths !== undefined) await keepAudit(runner, auditKeepMonths);
    if (serviceRole !== undefined) await grantService(runner, serviceRole);
    await runner.query('SELECT pg_advisory_unlock($1, $2)', [...MIGRATION_LOCK]);
    await runner.release();
    return applied.map(({ name }) => name);
  } catch (error) {
    throw error instanceof QueryFailedError ? storeFailure(error, url) : error;
  } finally {
    await source.destroy();
  }
}

/** A service that is not given the owner's address leaves it as it is: it may read it only. */
async function keepAudit(runner: QueryRunner, months: number): Promise<void> {
  const { records } = await runner.query(
    `SELECT FROM audit_retention WHERE months_kept <> $1 AND has_table_privilege('audit_retention', 'UPDATE')`,
    [months],
    true,
  );
  if ((records as readonly object[]).length === 0) return;
  await runner.query('UPDATE audit_retention SET months_kept = $1', [months]);
}
