import type { NewEvent } from '@sap2/event-feed';
import type { Sql } from '../database.js';

/**
 * Writes events in the transaction that makes them true, in this order. The caller holds the lock of the user or agreement. So
 * the events have the order of the changes.
 */
export async function writeEvents(sql: Sql, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await sql.rows(WRITE, [JSON.stringify(events)]);
}

const WRITE = `
  INSERT INTO event_inbox (type, domain, account, peer, data)
  SELECT type, domain, account, peer, coalesce(data, '{}') FROM ROWS FROM (
    jsonb_to_recordset($1) AS (type text, domain text, account text, peer text, data jsonb)
  ) WITH ORDINALITY AS happened (type, domain, account, peer, data, place) ORDER BY place`;
