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
   * Finds it by the hash in an index, so the duration reveals nothing about the token. A plain SHA-256 is enough: a token is
   * random and too long to try them all. Stores the minute of the last use. An expired token is not found.
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
