import { domainOfAccount, type LockNotes } from '@sap2/session-core';
import type { Sql } from '../database.js';

/** The lock itself is in the live store. Without an account of this name, the statement writes nothing. */
export class PostgresLockNotes implements LockNotes {
  constructor(private readonly sql: Sql) {}

  readonly locked: LockNotes['locked'] = async (peer, account, forMs) => {
    await this.sql.rows(LOCKED, [account, domainOfAccount(account), peer, forMs]);
  };
}

const LOCKED = `
  INSERT INTO event_inbox (type, domain, account, peer, data)
  SELECT 'user.locked', $2, a.id, $3, jsonb_build_object('peer', $3::text, 'until',
    to_char((clock_timestamp() + make_interval(secs => $4::float8 / 1000)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  FROM account a WHERE a.id = $1`;
