import { Client } from 'pg';

/** Straight in the database, for what the seed cannot say. */
export async function changeAccount(databaseUrl: string, userID: string, assignment: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(`UPDATE account SET ${assignment} WHERE id = $1`, [userID]);
    if (rowCount !== 1) throw new Error(`no account ${userID}`);
  } finally {
    await client.end();
  }
}
