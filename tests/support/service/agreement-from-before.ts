import pg from 'pg';
import type { RawPeer } from '../peers/raw-http.js';

/** Calls go where no rule lets them go today: the agreement was made when the configuration still allowed it. */
export async function callFromBefore(
  databaseUrl: string,
  { serviceID }: RawPeer,
  callbackUrl: string,
): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    await owner.query('UPDATE agreement SET callback_url = $2 WHERE service_id = $1', [
      serviceID,
      callbackUrl,
    ]);
  } finally {
    await owner.end();
  }
}
