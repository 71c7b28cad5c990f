import type { SecretDirection } from '@sap2/administration';
import type { Sql } from './database.js';

export interface NewSecret {
  readonly serviceID: string;
  readonly direction: SecretDirection;
  /** By the vault. */
  readonly sealed: string;
  /** For how long the one before it stays good; 0: it is gone at once. */
  readonly overlapS: number;
}

/**
 * The new secret is good from now on, and the one before it until the overlap ends. Of an overlap that is still on, the
 * older secret goes: two are good at a time, never more. Called with the agreement locked.
 */
export async function replaceSecret(
  sql: Sql,
  { serviceID, direction, sealed, overlapS }: NewSecret,
): Promise<void> {
  await sql.rows(
    `DELETE FROM agreement_secret WHERE service_id = $1 AND direction = $2
     AND ($3 = 0 OR id < (SELECT max(id) FROM agreement_secret WHERE service_id = $1 AND direction = $2))`,
    [serviceID, direction, overlapS],
  );
  await sql.rows(
    `UPDATE agreement_secret SET valid_until = now() + make_interval(secs => $3)
     WHERE service_id = $1 AND direction = $2`,
    [serviceID, direction, overlapS],
  );
  await sql.rows('INSERT INTO agreement_secret (service_id, direction, secret) VALUES ($1, $2, $3)', [
    serviceID,
    direction,
    sealed,
  ]);
}
