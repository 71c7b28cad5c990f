import {
  type Account,
  type AccountID,
  type Accounts,
  type Domain,
  MAX_ACCOUNT_CHARACTERS,
} from '@sap2/session-core';
import { eventsOfUser } from './administration/users/user-state.js';
import type { Transactions } from './database.js';
import { writeEvents } from './events/write-events.js';
import { accountOf, FIRST_VERSION, LOGIN_COLUMNS } from './rows/account.row.js';

export class PostgresAccounts implements Accounts {
  /** @param impossibleHash the hash of a random password that was thrown away */
  constructor(
    private readonly database: Transactions,
    private readonly impossibleHash: string,
  ) {}

  async find(id: AccountID): Promise<Account | undefined> {
    const [row] = await this.database.rows(`SELECT ${LOGIN_COLUMNS} FROM account WHERE id = $1`, [id]);
    return row && accountOf(row);
  }

  async admit(id: AccountID, domain: Domain): Promise<Account | undefined> {
    if (id.length > MAX_ACCOUNT_CHARACTERS) return undefined;
    const made = await this.database.transaction(async (sql) => {
      const [row] = await sql.rows(ADMIT, [id, domain, this.impossibleHash]);
      if (row !== undefined) await writeEvents(sql, eventsOfUser({ id, domain }, ['user.created']));
      return row;
    });
    // Another login of the user may have been first.
    return made === undefined ? this.find(id) : accountOf(made);
  }
}

const ADMIT = `
  INSERT INTO account (id, domain, suspended, password_hash, version)
  SELECT $1, name, false, $3, ${FIRST_VERSION} FROM domain WHERE name = $2 AND user_directory IS NOT NULL FOR KEY SHARE
  ON CONFLICT DO NOTHING RETURNING ${LOGIN_COLUMNS}`;
