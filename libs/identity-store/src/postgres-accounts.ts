import type { Account, AccountID, Accounts } from '@sap2/session-core';
import type { Sql } from './database.js';
import type { AccountRow } from './rows/account.row.js';

export class PostgresAccounts implements Accounts {
  constructor(private readonly sql: Sql) {}

  async find(id: AccountID): Promise<Account | undefined> {
    const [row] = await this.sql.rows<
      Pick<AccountRow, 'suspended' | 'version' | 'password_hash' | 'recoverable_secret'>
    >('SELECT suspended, version, password_hash, recoverable_secret FROM account WHERE id = $1', [id]);
    return (
      row && {
        id,
        suspended: row.suspended,
        version: row.version,
        credentials: {
          passwordHash: row.password_hash,
          recoverableSecret: row.recoverable_secret ?? undefined,
        },
      }
    );
  }
}
