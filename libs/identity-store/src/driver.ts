import pg from 'pg';

/**
 * pg-pool takes its own `error` listener off a connection that it hands out, and TypeORM adds one a turn later. PostgreSQL may end the
 * connection in between (a FATAL right behind ReadyForQuery), and an `error` without a listener ends the process.
 * This listener stays for as long as the connection does. It reports nothing: the statement on the connection fails, or the pool reports it.
 */
class LastingPool extends pg.Pool {
  constructor(options?: pg.PoolConfig) {
    super(options);
    this.on('connect', (client) => client.on('error', () => undefined));
  }
}

/** What TypeORM gets for `pg`. The pool that it makes has its listener before the first connection. */
export const PG_DRIVER = { ...pg, Pool: LastingPool };
