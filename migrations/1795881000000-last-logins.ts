import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns have no index, so PostgreSQL can update a row in place (HOT). */
const COLUMNS = 'ALTER TABLE account ADD COLUMN last_login_at timestamptz, ADD COLUMN last_login_by text';

/** The place in `session_open` where the session has been inserted, and the statement that now stands before it. */
const OPENED = `kind := 'opened';`;
const LAST_LOGIN = `UPDATE account a SET last_login_at = born.started_at, last_login_by = born.peer WHERE a.id = born.account;`;

/** `session_open` has the row of the account locked already, so this costs no round trip and no wait. */
export class LastLogins1795881000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
    const [{ text }] = (await runner.query(
      `SELECT pg_get_functiondef(oid) AS text FROM pg_proc
       WHERE proname = 'session_open' AND pronamespace = current_schema()::regnamespace`,
    )) as [{ readonly text: string }];
    const [head = '', tail, ...more] = text.split(OPENED);
    if (tail === undefined || more.length > 0)
      throw new Error('session_open is not as this migration knows it.');
    await runner.query(`${head}${LAST_LOGIN}\n    ${OPENED}${tail}`);
  }

  down(): Promise<void> {
    return Promise.reject(
      new Error('Migrations only go forward: what must not be lost lies in these tables.'),
    );
  }
}
