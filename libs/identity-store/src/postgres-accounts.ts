import type { Account, AccountID, Accounts } from '@sap2/session-core';
import type { Sql } from './database.js';
import { accountOf, LOGIN_COLUMNS } from './rows/account.row.js';

export class PostgresAccounts implements Accounts {
  constructor(private readonly sql: Sql) {}

  async find(id: AccountID): Promise<Account | undefined> {
    const [row] = await this.sql.rows(`SELECT ${LOGIN_COLUMNS} FROM account WHERE id = $1`, [id]);
    return row && accountOf(row);
  }
}
