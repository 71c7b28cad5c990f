import pg from 'pg';
import { clientOf, type Servers } from './writable-server.js';

/** What TypeORM gets for `pg`. */
export const pgDriverFor = (servers: Servers) => ({
  ...pg,
  Pool: class extends pg.Pool {
    constructor(options?: pg.PoolConfig) {
      super({ ...options, Client: clientOf(servers) });
    }
  },
});
