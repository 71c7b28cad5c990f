import { type Actor, CreationRepeatedError, type Creations } from '@sap2/administration';
import type { Sql } from '../database.js';

/** Time for which a key stands for what it created. */
const KEPT = `interval '24 hours'`;

export class PostgresCreations implements Creations {
  constructor(private readonly sql: Sql) {}

  readonly find: Creations['find'] = async (actorName, key) => {
    const [row] = await this.sql.rows<{ content_hash: string; location: string }>(FIND, [actorName, key]);
    return row && { contentHash: row.content_hash, location: row.location };
  };
}

/**
 * In the transaction of a creation: its key stands for `location` from the commit on. Two with one key take turns, and
 * the second is undone.
 * @throws CreationRepeatedError
 */
export async function rememberCreation(sql: Sql, { name, creation }: Actor, location: string): Promise<void> {
  if (creation === undefined) return;
  await sql.rows(FORGET_OLD, [name]);
  const kept = await sql.rows(REMEMBER, [name, creation.key, creation.contentHash, location]);
  if (kept.length === 0) throw new CreationRepeatedError();
}

const FIND = `
  SELECT content_hash, location FROM creation_key
  WHERE administrator = $1 AND key = $2 AND created_at > now() - ${KEPT}`;

const FORGET_OLD = `DELETE FROM creation_key WHERE administrator = $1 AND created_at <= now() - ${KEPT}`;

const REMEMBER = `
  INSERT INTO creation_key (administrator, key, content_hash, location) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING key`;
