import { createHash } from 'node:crypto';
import type { Sql } from './database.js';

export interface Administrator {
  readonly name: string;
  /** What its token may do; `admin` is all. */
  readonly scopes: readonly string[];
}

/** Who may use the administrators' side, known by a token that only its hash is kept of. */
export class Administrators {
  constructor(private readonly sql: Sql) {}

  /**
   * Found by the hash in an index: how long that takes says nothing about the token. A plain SHA-256 is enough, since a
   * token is random and long; nobody can try them all, as one can with passwords. Keeps the minute of the last use.
   * A token that has expired is none.
   */
  async byToken(token: string): Promise<Administrator | undefined> {
    const [found] = await this.sql.rows<Administrator>(BY_TOKEN, [hashOfToken(token)]);
    return found;
  }
}

export const hashOfToken = (token: string): string =>
  createHash('sha256').update(token, 'utf8').digest('hex');

const BY_TOKEN = `
  WITH used AS (
    UPDATE administrator SET last_used_at = now()
    WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now()) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
  )
  SELECT name, scopes FROM administrator WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now())`;
