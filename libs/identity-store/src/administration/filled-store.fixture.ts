import type { ListPosition } from '@sap2/administration';
import type { StoreUnderTest } from '../store-under-test.fixture.js';

/** Live sessions, history and outbox of so many rows each, as a service of some size has them. */
export async function fill({ sql }: StoreUnderTest, count: number, peers = 20): Promise<void> {
  await sql(
    `INSERT INTO account (id, domain, password_hash)
     SELECT 'wv:u' || n || '@provider.example', 'provider.example', 'x' FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  await sql(
    `INSERT INTO live_session (id, account, domain, user_id, client, client_key, peer, keep_alive_time_s, csp_version,
       sap_epoch, agreed_services, origin_transaction_id, started_at)
     SELECT lpad((n % 16)::text, 2, '0') || lpad(md5(n::text), 24, '0'), 'wv:u' || n || '@provider.example',
       'd' || n % 20 || '.example', 'u', jsonb_build_object('url', 'phone-' || n), 'k', 'wv:@p' || n % $2::int || '.example',
       3600, '1.2', 'node-' || n % 50 || ':1', '{}', 't' || n, now() - make_interval(secs => n % 1000)
     FROM generate_series(1, $1::int) AS n`,
    [count, peers],
  );
  await sql(
    `INSERT INTO session_history (session_id, account, domain, user_id, client, peer, csp_version, started_at, ended_at, cause)
     SELECT 'h' || n, 'wv:u' || n % 5000 || '@provider.example', 'd' || n % 20 || '.example', 'u', '{"url": "x"}',
       'wv:@p' || n % 20 || '.example', '1.2', now(), now() - make_interval(secs => n % 1000),
       CASE WHEN n % 20 = 0 THEN 'administrator' ELSE 'logout' END
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  await sql(
    `INSERT INTO disconnect_outbox (transaction_id, peer, session_id, user_id, client, cause, state, settled_at, created_at)
     SELECT 'd-' || n, 'wv:@p' || n % 20 || '.example', 'h' || n, 'u', '{"url": "x"}', 'expired',
       CASE WHEN n % 100 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'undelivered' ELSE 'acknowledged' END,
       CASE WHEN n % 100 = 0 THEN NULL ELSE now() END, now() - make_interval(secs => n % 1000)
     FROM generate_series(1, $1::int) AS n`,
    [count],
  );
  await sql('ANALYZE');
}

/** Tables that the statement reads from end to end; partitions that hold nothing do not count. */
export async function scannedWhole(
  { sql }: StoreUnderTest,
  statement: string,
  parameters: readonly unknown[],
): Promise<readonly string[]> {
  const plan = JSON.stringify(await sql(`EXPLAIN ${statement}`, [...parameters]));
  const scanned = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table ?? '');
  const [big] = await sql<{ names: string[] }>(
    `SELECT array_agg(relname::text) AS names FROM pg_class WHERE relkind = 'r' AND reltuples > 1000`,
  );
  return scanned.filter((table) => big?.names.includes(table));
}

/** Every item of a list, page by page. */
export async function allPages<Item extends { readonly position: ListPosition }>(
  fetch: (after: ListPosition | undefined, limit: number) => Promise<readonly Item[]>,
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = await fetch(items.at(-1)?.position, limit);
    items.push(...page);
    if (page.length < limit) return items;
  }
}
