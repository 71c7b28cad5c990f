import type pg from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { pgDriverFor } from './driver.js';
import { Servers } from './writable-server.js';
import { LedgerUnavailableError, storeFailure } from './store-failure.js';

/** Where statements go: any connection of the pool, or the one of a transaction. */
export interface Sql {
  /** Rows that the statement returned. Throws LedgerUnavailableError, or StatementRefusedError for a defect. */
  rows<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Transaction extends Sql {
  /** Done when all the work is done, right before the commit. */
  beforeCommit(last: () => Promise<void>): void;
}

export interface Transactions extends Sql {
  /** READ COMMITTED. What `work` throws rolls it back and is thrown on. */
  transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T>;
}

/** Work that would each be a transaction of its own becomes part of this one. */
export const joined = (sql: Transaction): Transactions => ({
  rows: (text, parameters) => sql.rows(text, parameters),
  transaction: (work) => work(sql),
});

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly poolSize: number;
  /** For a new connection, and for a free one when all are taken. */
  readonly connectTimeoutMs: number;
  /** For one statement, waiting for locks included. */
  readonly statementTimeoutMs: number;
  /** A connection that was not in use broke; the pool makes another. */
  readonly onConnectionLost: (error: Error) => void;
}

/** A dead peer is noticed after this much silence, rather than by the two hours of the operating system. */
export const TCP_KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** What the server's own time-out may be late by before we stop believing in the connection. */
const SERVER_GRACE_MS = 2_000;

export function dataSourceOf(options: DatabaseOptions): Source {
  const servers = new Servers(options.url);
  const source = new DataSource({
    type: 'postgres',
    driver: pgDriverFor(servers),
    url: servers.current,
    applicationName: options.applicationName,
    poolSize: options.poolSize,
    connectTimeoutMS: options.connectTimeoutMs,
    poolErrorHandler: options.onConnectionLost,
    installExtensions: false,
    logging: false,
    extra: {
      ...TCP_KEEP_ALIVE,
      statement_timeout: options.statementTimeoutMs,
      // A process that stops in the middle must not keep an account locked.
      idle_in_transaction_session_timeout: options.statementTimeoutMs,
    },
  });
  return { source, servers };
}

export interface Source {
  readonly source: DataSource;
  readonly servers: Servers;
}

/** The first connection, to the server that takes writes. @throws LedgerUnavailableError */
export async function initialize({ source, servers }: Source): Promise<DataSource> {
  for (let left = servers.count; ; left -= 1) {
    const url = servers.current;
    try {
      return await source.initialize();
    } catch (error) {
      if (left <= 1) throw storeFailure(error, url);
    }
  }
}

/**
 * Statements and transactions with a total deadline. PostgreSQL's own time-outs come first. The deadline is for a server or
 * a network that does not answer at all. Such a connection is closed, and no other caller gets it.
 */
export class Database implements Transactions {
  private readonly deadlineMs: number;

  constructor(
    private readonly source: DataSource,
    statementTimeoutMs: number,
  ) {
    this.deadlineMs = statementTimeoutMs + SERVER_GRACE_MS;
  }

  rows<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    return this.connected(this.deadlineMs, (connection) => connection.rows<Row>(text, parameters));
  }

  transaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T> {
    return this.connected(this.deadlineMs, (connection) => committed(connection, work));
  }

  /** A transaction that may take as long as it needs. */
  longTransaction<T>(work: (sql: Transaction) => Promise<T>): Promise<T> {
    return this.connected(undefined, (connection) =>
      committed(connection, async (sql) => {
        await sql.rows('SET LOCAL statement_timeout = 0');
        await sql.rows('SET LOCAL idle_in_transaction_session_timeout = 0');
        return work(sql);
      }),
    );
  }

  private async connected<T>(
    deadlineMs: number | undefined,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connection = await Connection.take(this.source);
    const discard = (): void =>
      connection.discard(new LedgerUnavailableError('no answer within the deadline', undefined));
    const timer = deadlineMs === undefined ? undefined : setTimeout(discard, deadlineMs);
    try {
      return await use(connection);
    } finally {
      clearTimeout(timer);
      await connection.giveBack();
    }
  }
}

async function committed<T>(connection: Connection, work: (sql: Transaction) => Promise<T>): Promise<T> {
  const lasts: (() => Promise<void>)[] = [];
  await connection.rows('BEGIN');
  try {
    const result = await work({
      rows: (text, parameters) => connection.rows(text, parameters),
      beforeCommit: (last) => void lasts.push(last),
    });
    for (const last of lasts) await last();
    await connection.rows('COMMIT');
    return result;
  } catch (error) {
    // If the state of a connection is in doubt, no other caller gets it. The caller learns the first failure.
    await connection.rows('ROLLBACK').catch((doubt: Error) => connection.discard(doubt));
    throw error;
  }
}

class Connection implements Sql {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: pg.PoolClient,
  ) {}

  static async take(source: DataSource): Promise<Connection> {
    const runner = source.createQueryRunner();
    try {
      return new Connection(runner, (await runner.connect()) as pg.PoolClient);
    } catch (error) {
      await runner.release();
      throw storeFailure(error);
    }
  }

  async rows<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.runner.query(text, [...parameters], true)).records as Row[];
    } catch (error) {
      throw storeFailure(error);
    }
  }

  /** Lets the runner treat the connection as broken: the pool closes it, and its statements fail. */
  discard(reason: Error): void {
    if (!this.runner.isReleased) this.client.emit('error', reason);
  }

  giveBack(): Promise<void> {
    return this.runner.release();
  }
}
