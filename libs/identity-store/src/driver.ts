import pg from 'pg';
import { clientOf, type Servers } from './writable-server.js';

/**
 * pg-pool removes its own `error` listener from a connection that it hands out, and TypeORM adds one a turn later.
 * PostgreSQL may end the connection in between (a FATAL right behind ReadyForQuery). An `error` without a listener ends
 * the process. So this listener stays as long as the connection. It reports nothing, because the statement fails or the
 * pool reports the error.
 */
class LastingPool extends pg.Pool {
  constructor(options?: pg.PoolConfig) {
    super(options);
    this.on('connect', (client) => client.on('error', () => undefined));
  }
}

/** What TypeORM gets for `pg`. The pool that it makes has its listener before the first connection. */
export const pgDriverFor = (servers: Servers) => ({
  ...pg,
  Pool: class extends LastingPool {
    constructor(options?: pg.PoolConfig) {
      super({ ...options, Client: clientOf(servers) });
    }
  },
});
