import {
  type Actor,
  type DeliveryBook,
  type Delivery,
  type DeliveryAttempt,
  type DeliveryChange,
  type DeliveryDetails,
  type DeliveryFilter,
  type DeliveryState,
  DELIVERY_STATES,
  type ListPosition,
} from '@sap2/administration';
import type { Database, Sql } from '../../database.js';
import { ColumnMap } from '../../rows/column-map.js';
import { administer } from '../administer.js';
import { Conditions, type Statement } from '../conditions.js';

interface Row {
  readonly position: string;
  readonly attempt_log: readonly (Omit<DeliveryAttempt, 'error'> & { readonly error?: string })[];
}

export class PostgresDeliveries implements DeliveryBook {
  constructor(private readonly database: Database) {}

  readonly page: DeliveryBook['page'] = async (filter, after, limit) => {
    const rows = await this.database.rows<Row>(...pageOfDeliveries(filter, after, limit));
    return rows.map(deliveryOf);
  };

  readonly find: DeliveryBook['find'] = (id) => find(this.database, id);

  readonly retry: DeliveryBook['retry'] = (actor, id) =>
    this.change(actor, id, 'retry', ['pending', 'undelivered', 'cancelled'], async (sql, { peer }) => {
      await sql.rows(RETRY, [id]);
      await sql.rows(TRY_LINE, [peer]);
      await sql.rows(`SELECT pg_notify('sap2_disconnects', '')`);
    });

  readonly cancel: DeliveryBook['cancel'] = (actor, id) =>
    this.change(actor, id, 'cancel', ['pending', 'undelivered'], async (sql) => {
      await sql.rows(CANCEL, [id]);
    });

  private change(
    actor: Actor,
    id: string,
    verb: 'retry' | 'cancel',
    allowed: readonly DeliveryState[],
    work: (sql: Sql, row: Pick<Delivery, 'peer'>) => Promise<void>,
  ): Promise<DeliveryChange> {
    return administer(this.database, actor, async ({ sql, audit }) => {
      const [row] = await sql.rows<Pick<Delivery, 'state' | 'peer' | 'attempts'>>(
        'SELECT * FROM disconnect_outbox WHERE id = $1 FOR NO KEY UPDATE',
        [id],
      );
      if (row === undefined) return { kind: 'unknown' };
      if (!allowed.includes(row.state)) return { kind: 'settled', state: row.state };
      await work(sql, row);
      const details = await find(sql, id);
      if (details === undefined) throw new Error('The delivery that was just changed is not there.');
      const { state, attempts } = row;
      audit({
        action: `delivery.${verb}`,
        target: `delivery ${id}`,
        before: { state, attempts },
        after: { state: details.state, peer: row.peer },
      });
      return { kind: 'changed', details };
    });
  }
}

async function find(sql: Sql, id: string): Promise<DeliveryDetails | undefined> {
  const [row] = await sql.rows<Row>(
    'SELECT *, created_at::text AS position FROM disconnect_outbox WHERE id = $1',
    [id],
  );
  if (row === undefined) return undefined;
  const lastAttempts = row.attempt_log.map(({ at, outcome, error }) => ({ at, outcome, error }));
  return { ...deliveryOf(row), lastAttempts };
}

/** Reads each state along its index and merges the results. So no filter makes it read rows that it does not show. */
export function pageOfDeliveries(
  { state, peer, createdBeforeMs, createdAfterMs }: DeliveryFilter,
  after: ListPosition | undefined,
  limit: number,
): Statement {
  const conditions = new Conditions()
    .equal('d.peer', peer)
    .within('d.created_at', createdAfterMs, createdBeforeMs)
    .from('d.created_at, d.id', '>', after);
  const states = conditions.value(state === undefined ? DELIVERY_STATES : [state]);
  const most = conditions.value(limit);
  return [
    `SELECT o.*, o.created_at::text AS position FROM unnest(${states}::text[]) AS wanted (state)
     CROSS JOIN LATERAL (
       SELECT * FROM disconnect_outbox d WHERE d.state = wanted.state AND ${conditions.sql}
       ORDER BY d.created_at, d.id LIMIT ${most}
     ) o ORDER BY o.created_at, o.id LIMIT ${most}`,
    conditions.parameters,
  ];
}

/** Due since it was owed: among what waits, in the order of age. What is under way stays with its worker. */
const RETRY = `
  UPDATE disconnect_outbox SET
    replayed_at = CASE WHEN state = 'pending' THEN replayed_at ELSE now() END,
    attempts = CASE WHEN state = 'pending' THEN attempts ELSE 0 END,
    due_at = CASE WHEN leased AND due_at > now() THEN due_at ELSE created_at END,
    state = 'pending', not_supported = false, settled_at = NULL
  WHERE id = $1`;

/** Also for a peer that does not support disconnects: a retry must send something. */
const TRY_LINE = `
  UPDATE peer_line SET
    open_until = CASE WHEN open_until > now() AND paused_at IS NULL THEN now() ELSE open_until END,
    disconnects = CASE disconnects WHEN 'unsupported' THEN 'on-trial' ELSE disconnects END
  WHERE peer = $1 AND (open_until > now() AND paused_at IS NULL OR disconnects = 'unsupported')`;

const CANCEL = `UPDATE disconnect_outbox SET state = 'cancelled', settled_at = now(), leased = false WHERE id = $1`;

const deliveries = new ColumnMap<Omit<Delivery, 'position'>>({
  id: 'text',
  state: 'text',
  peer: 'text',
  sessionID: 'text',
  userID: 'text',
  cause: 'text',
  reason: 'text',
  transactionID: 'text',
  attempts: 'integer',
  createdAtMs: 'timestamptz',
  dueAtMs: 'timestamptz',
  settledAtMs: 'timestamptz',
  lastError: 'text',
});

function deliveryOf(row: Row): Delivery {
  const { dueAtMs, ...delivery } = deliveries.thingOf(row);
  return {
    ...delivery,
    dueAtMs: delivery.state === 'pending' ? dueAtMs : undefined,
    position: [row.position, delivery.id],
  };
}
