import type { Clock } from '@sap2/kernel';
import type { Agreements } from '@sap2/peer-link';
import type { SeedBooks } from '@sap2/administration';
import { PostgresAgreementBook } from './administration/agreements/postgres-agreement-book.js';
import { PostgresDomains } from './administration/domains/postgres-domains.js';
import { PostgresDeliveries } from './administration/deliveries/postgres-deliveries.js';
import { PostgresPeerLines } from './administration/deliveries/postgres-peer-lines.js';
import { PostgresJobs } from './administration/jobs/postgres-jobs.js';
import { PostgresSessions } from './administration/sessions/postgres-sessions.js';
import { PostgresSubscriptionBook } from './administration/subscriptions/postgres-subscription-book.js';
import { PostgresStatistics } from './administration/stats/postgres-statistics.js';
import { PostgresAdministratorBook } from './administration/postgres-administrator-book.js';
import { PostgresAudit } from './administration/postgres-audit.js';
import { PostgresCreations } from './administration/creations.js';
import { PostgresUsers } from './administration/users/postgres-users.js';
import { UserCredentials } from './administration/users/user-credentials.js';
import { UserImport } from './administration/users/user-import.js';
import {
  Argon2Credentials,
  type CredentialCheck,
  type CredentialStore,
  type PasswordHashing,
} from './argon2-credentials.js';
import { Database, dataSourceOf, initialize, joined, type Transactions } from './database.js';
import { DirectorySnapshot } from './directory-snapshot.js';
import { migrate, type MigrationClass, SEED_LOCK } from './migrate.js';
import { PostgresEventFeed } from './events/postgres-event-feed.js';
import { PostgresLockNotes } from './events/postgres-lock-notes.js';
import { PostgresLiveSessionQuery } from './events/postgres-live-session-query.js';
import { PostgresAccounts } from './postgres-accounts.js';
import { PostgresDisconnectOutbox } from './postgres-disconnect-outbox.js';
import { PostgresSessionLedger } from './postgres-session-ledger.js';
import { dropPartitions, ensurePartitions, keepEventDays, type KeptMonths } from './retention.js';
import { roleOf } from './service-role.js';
import { SecretVault, type VaultKey } from './secret-vault.js';
import { WakeUps } from './wake-ups.js';
import { PostgresSigningKeys } from './webhooks/postgres-signing-keys.js';
import { PostgresSubscriptionLines } from './webhooks/postgres-subscription-lines.js';

/** Something went wrong in the background, and is being repeated. */
export type StoreTrouble = 'postgres_connection_lost' | 'postgres_wake_ups_lost' | 'directory_refresh_failed';

export interface StoreTuning {
  /** Connections of this process, besides one for wake-ups. */
  readonly poolSize: number;
  /** For a new connection, and for a free one when all are taken. */
  readonly connectTimeoutMs: number;
  /** For one statement, waiting for locks included. */
  readonly statementTimeoutMs: number;
  /** Sessions of an agreement that end in the transaction of its change; more of them end by a job. */
  readonly endedAtOnce: number;
  readonly passwordHashing: PasswordHashing;
  /** Age at which the key that signs security events is replaced. */
  readonly signingKeyDays: number;
}

/** A login holds a connection for some milliseconds, so ten serve a thousand a second. A peer waits for its 503 for 10 s at most. */
const STORE_TUNING: Omit<StoreTuning, 'passwordHashing'> = {
  poolSize: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 5_000,
  endedAtOnce: 1_000,
  signingKeyDays: 90,
};

export interface SchemaOptions {
  readonly url: string;
  /** Of the owner of the tables, where the service itself works with a lesser role. */
  readonly migrationUrl?: string | undefined;
  readonly applicationName: string;
  readonly migrations: readonly MigrationClass[];
  /** What the owner of the tables writes down as the least that is kept; undefined: as it stands. */
  readonly auditKeepMonths?: number | undefined;
}

export interface IdentityStoreOptions extends SchemaOptions {
  /** Tells which agreements and secrets are in force. */
  readonly clock: Clock;
  /** The first seals, all open. */
  readonly secretKeys: readonly VaultKey[];
  readonly tuning: Partial<StoreTuning> & Pick<StoreTuning, 'passwordHashing'>;
  readonly report: (trouble: StoreTrouble, error: Error) => void;
  readonly checked: (check: CredentialCheck) => void;
}

/** PostgreSQL behind the ports of session-core, peer-link and administration. */
export type IdentityStore = Awaited<ReturnType<typeof connectIdentityStore>>;

/** Migrated, its directory loaded, listening. Throws if PostgreSQL can not be reached: without it nothing can start. */
export async function connectIdentityStore(options: IdentityStoreOptions) {
  const tuning = { ...STORE_TUNING, ...options.tuning };
  const { url, applicationName, report } = options;
  const vault = new SecretVault(options.secretKeys);
  await prepareSchema(options, tuning.connectTimeoutMs);
  const source = await initialize(
    dataSourceOf({
      ...tuning,
      url,
      applicationName,
      onConnectionLost: (error) => report('postgres_connection_lost', error),
    }),
  );
  const database = new Database(source, tuning.statementTimeoutMs);
  const wakeUps = new WakeUps({ ...tuning, url, applicationName }, (error) =>
    report('postgres_wake_ups_lost', error),
  );
  const directory = new DirectorySnapshot(database, vault, wakeUps, options.clock, (error) =>
    report('directory_refresh_failed', error),
  );
  const close = async (): Promise<void> => {
    await wakeUps.stop();
    await directory.stop();
    await source.destroy();
  };
  try {
    const credentials = await Argon2Credentials.create(vault, tuning.passwordHashing, {
      checked: options.checked,
      rehashed: rehashedIn(database),
    });
    await directory.start();
    wakeUps.start();
    const booksOn = (on: Transactions, shown: Transactions) =>
      booksOf(on, shown, vault, credentials, tuning.endedAtOnce);
    return {
      ...portsOf(database, vault, wakeUps, tuning),
      accounts: new PostgresAccounts(database, credentials.impossibleHash),
      ...booksOn(database, shownIn(directory, database)),
      credentials,
      directory,
      agreements: directory as Agreements,
      vault,
      /** Acts on these books share one transaction, which may last. Two processes take turns. */
      seeding: <T>(work: (books: SeedBooks) => Promise<T>): Promise<T> =>
        seeding(database, directory, booksOn, work),
      /** Makes the history's partitions of this month and so many more. Returns how many were missing. */
      ensurePartitions: (monthsAhead: number) => ensurePartitions(database, monthsAhead),
      /** Drops whole months that are older; each drop stands in the audit. Another process that is at it leaves nothing to do. */
      dropPartitions: (keep: KeptMonths) => dropPartitions(database, keep),
      /** Makes and drops the partitions of events. Returns how many days are gone. */
      keepEventDays: (days: Parameters<typeof keepEventDays>[1]) => keepEventDays(database, days),
      /** Which database this is: its own id, which a copy or a restored backup of it has as well. */
      installationID: () => installationID(database),
      /** @throws LedgerUnavailableError */
      ping: async (): Promise<void> => void (await database.rows('SELECT 1')),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const rehashedIn =
  (database: Database): CredentialStore['rehashed'] =>
  async (id, before, after) => {
    await database.rows('UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2', [
      id,
      before,
      after,
    ]);
  };

const portsOf = (
  database: Database,
  vault: SecretVault,
  wakeUps: WakeUps,
  { signingKeyDays }: Pick<StoreTuning, 'signingKeyDays'>,
) => ({
  ledger: new PostgresSessionLedger(database),
  outbox: new PostgresDisconnectOutbox(database, wakeUps),
  events: new PostgresEventFeed(database, wakeUps),
  liveSessions: new PostgresLiveSessionQuery(database),
  lockNotes: new PostgresLockNotes(database),
  creations: new PostgresCreations(database),
  audit: new PostgresAudit(database, vault),
  sessions: new PostgresSessions(database),
  jobs: new PostgresJobs(database),
  statistics: new PostgresStatistics(database),
  deliveries: new PostgresDeliveries(database),
  peerLines: new PostgresPeerLines(database),
  subscriptions: new PostgresSubscriptionBook(database, vault),
  subscriptionLines: new PostgresSubscriptionLines(database, vault, wakeUps),
  signingKeys: new PostgresSigningKeys(database, vault, signingKeyDays),
});

/** What administrators and the seed file change. `shown`: for changes that the directory shows. */
function booksOf(
  database: Transactions,
  shown: Transactions,
  vault: SecretVault,
  argon2: Argon2Credentials,
  endedAtOnce: number,
) {
  const credentials = new UserCredentials(vault, argon2);
  return {
    users: new PostgresUsers(database, credentials, new UserImport(database, credentials)),
    domains: new PostgresDomains(shown, vault),
    agreementBook: new PostgresAgreementBook(shown, vault, endedAtOnce),
    administratorBook: new PostgresAdministratorBook(database),
  };
}

/** The directory of this process shows what each transaction committed, when its caller goes on. */
const shownIn = (directory: DirectorySnapshot, database: Database): Transactions => ({
  rows: (text, parameters) => database.rows(text, parameters),
  transaction: async (work) => {
    const done = await database.transaction(work);
    await directory.refresh();
    return done;
  },
});

async function seeding<T>(
  database: Database,
  directory: DirectorySnapshot,
  booksOn: (on: Transactions, shown: Transactions) => ReturnType<typeof booksOf>,
  work: (books: SeedBooks) => Promise<T>,
): Promise<T> {
  const done = await database.longTransaction(async (sql) => {
    await sql.rows('SELECT pg_advisory_xact_lock($1, $2)', [...SEED_LOCK]);
    const all = joined(sql);
    const books = booksOn(all, all);
    return work({ ...books, agreements: books.agreementBook, administrators: books.administratorBook });
  });
  await directory.refresh();
  return done;
}

/** What every start does first. Returns the names of the migrations that were missing. */
export async function prepareSchema(
  { url, migrationUrl, applicationName, migrations, auditKeepMonths }: SchemaOptions,
  connectTimeoutMs: number,
): Promise<readonly string[]> {
  const serviceRole = migrationUrl === undefined ? undefined : await roleOf(url, connectTimeoutMs);
  return migrate({ url: migrationUrl ?? url, applicationName, migrations, serviceRole, auditKeepMonths });
}

async function installationID(database: Database): Promise<string> {
  const [row] = await database.rows<{ id: string }>('SELECT id FROM installation');
  if (row === undefined)
    throw new Error('The table "installation" is empty: restore its one row from a backup.');
  return row.id;
}
