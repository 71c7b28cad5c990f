import type {
  Actor,
  ChangeSubscriptionOutcome,
  Json,
  SubscriptionBook,
  SubscriptionRecord,
  SubscriptionSettings,
} from '@sap2/administration';
import type { WebhookTarget } from '@sap2/webhooks';
import type { Sql, Transactions } from '../../database.js';
import {
  type DeliveryRow,
  subscriptionDeliveryOf,
  subscriptionOf,
  subscriptionSettings,
  wholeSubscription,
} from '../../rows/subscription.row.js';
import { secretOfSubscription, type SecretVault } from '../../secret-vault.js';
import { secretsOf } from '../../webhooks/postgres-subscription-lines.js';
import { administer, asExpected } from '../administer.js';
import { Conditions } from '../conditions.js';
import { rememberCreation } from '../creations.js';

/** Each subscription costs a look at each event, and has metrics of its own. */
const MOST_SUBSCRIPTIONS = 100;

const targetOf = (id: string): string => `subscription ${id}`;

/** The workers ask again. */
const WAKE = `SELECT pg_notify('sap2_subscriptions', '')`;

interface SecretRow {
  readonly id: string;
  readonly secret: string;
  readonly previous: string | null;
  readonly url: string;
  readonly batch: number;
  readonly format: WebhookTarget['format'];
}

export class PostgresSubscriptionBook implements SubscriptionBook {
  constructor(
    private readonly database: Transactions,
    private readonly vault: SecretVault,
  ) {}

  readonly create: SubscriptionBook['create'] = (actor, settings, secret, cursor) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      // Two creations at once must not both be the last one.
      await sql.rows('LOCK TABLE subscription IN SHARE ROW EXCLUSIVE MODE');
      const [next] = await sql.rows<{ id: string; count: number }>(NEXT);
      if (next === undefined || next.count >= MOST_SUBSCRIPTIONS) return { kind: 'full' as const };
      const sealed = this.vault.seal(secret, secretOfSubscription(next.id));
      await sql.rows(INSERT, [
        next.id,
        sealed,
        String(cursor),
        ...subscriptionSettings.parametersOf(settings),
      ]);
      await rememberCreation(sql, actor, next.id);
      await sql.rows(WAKE);
      const subscription = await existing(sql, next.id);
      audit({ action: 'subscription.create', target: targetOf(next.id), after: told(subscription) });
      return { kind: 'created' as const, subscription };
    });

  readonly find: SubscriptionBook['find'] = (id) => find(this.database, id);

  readonly page: SubscriptionBook['page'] = async (after, limit) => {
    const rows = await this.database.rows<object>(
      `${wholeSubscription('s.id > $1')} ORDER BY s.id LIMIT $2`,
      [after ?? '0', limit],
    );
    return rows.map(subscriptionOf);
  };

  change<Refusal extends { readonly kind: string }>(
    actor: Actor,
    id: string,
    decide: (before: SubscriptionRecord) => SubscriptionSettings | Refusal,
    expectedRevision: number | undefined,
  ): Promise<ChangeSubscriptionOutcome<Refusal>> {
    return administer<ChangeSubscriptionOutcome<Refusal>>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, id, expectedRevision);
      if ('kind' in before) return before;
      const settings = decide(before);
      if ('kind' in settings) return settings;
      const isChanged =
        (await sql.rows(UPDATE, [id, ...subscriptionSettings.parametersOf(settings)])).length > 0;
      const subscription = await existing(sql, id);
      if (isChanged)
        audit({
          action: 'subscription.change',
          target: targetOf(id),
          before: told(before),
          after: told(subscription),
        });
      return { kind: 'changed', subscription };
    });
  }

  readonly setEnabled: SubscriptionBook['setEnabled'] = (actor, id, enabled, expectedRevision) =>
    administer<ChangeSubscriptionOutcome>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, id, expectedRevision);
      if ('kind' in before) return before;
      if (before.enabled === enabled) return { kind: 'changed', subscription: before };
      await sql.rows(enabled ? ENABLE : DISABLE, [id]);
      await sql.rows(WAKE);
      const action = enabled ? 'subscription.enable' : 'subscription.disable';
      audit({ action, target: targetOf(id), before: told(before), after: { ...told(before), enabled } });
      return { kind: 'changed', subscription: await existing(sql, id) };
    });

  readonly remove: SubscriptionBook['remove'] = (actor, id, expectedRevision) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, id, expectedRevision);
      if ('kind' in before) return before;
      await sql.rows('DELETE FROM subscription WHERE id = $1', [id]);
      await sql.rows(WAKE);
      audit({ action: 'subscription.delete', target: targetOf(id), before: told(before) });
      return { kind: 'deleted' as const };
    });

  readonly replaceSecret: SubscriptionBook['replaceSecret'] = (actor, id, secret, overlapS) =>
    administer(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, id, undefined);
      if ('kind' in before) return undefined;
      await sql.rows(ROTATE, [id, this.vault.seal(secret, secretOfSubscription(id)), overlapS]);
      audit({ action: 'subscription.rotate', target: targetOf(id), after: { overlapS } });
      return existing(sql, id);
    });

  readonly replay: SubscriptionBook['replay'] = (actor, id, replay) =>
    administer<ChangeSubscriptionOutcome<{ readonly kind: 'ahead' }>>(
      this.database,
      actor,
      async ({ sql, audit }) => {
        const before = await locked(sql, id, undefined);
        if ('kind' in before) return before;
        if (replay.kind === 'after') {
          if (replay.position > before.cursor) return { kind: 'ahead' };
          await sql.rows(GO_BACK, [id, String(replay.position)]);
          await sql.rows(FORGET_PENDING, [id, String(replay.position)]);
        } else {
          await sql.rows(GO_BACK, [id, String(before.cursor)]);
          await sql.rows(REPLAY_UNDELIVERED, [id]);
        }
        await sql.rows(WAKE);
        audit({ action: 'subscription.replay', target: targetOf(id), after: { what: replay.kind } });
        return { kind: 'changed', subscription: await existing(sql, id) };
      },
    );

  readonly deliveries: SubscriptionBook['deliveries'] = async (id, state, before, limit) => {
    const conditions = new Conditions()
      .equal('subscription_id', id)
      .equal('state', state)
      .where(before, (parameter) => `id < ${parameter}`);
    const most = conditions.value(limit);
    const rows = await this.database.rows<DeliveryRow>(
      `SELECT * FROM webhook_delivery WHERE ${conditions.sql} ORDER BY id DESC LIMIT ${most}`,
      conditions.parameters,
    );
    return rows.map(subscriptionDeliveryOf);
  };

  readonly recordTest: SubscriptionBook['recordTest'] = (actor, id, outcome) =>
    administer(this.database, actor, async ({ audit }) =>
      audit({ action: 'subscription.test', target: targetOf(id), after: { outcome } }),
    );

  /** For a test event; undefined: there is no such subscription. */
  async target(id: string): Promise<WebhookTarget | undefined> {
    const [row] = await this.database.rows<SecretRow>(TARGET, [id]);
    return (
      row && { id, url: row.url, batch: row.batch, format: row.format, secrets: secretsOf(row, this.vault) }
    );
  }
}

async function find(sql: Sql, id: string): Promise<SubscriptionRecord | undefined> {
  const [row] = await sql.rows<object>(wholeSubscription('s.id = $1'), [id]);
  return row && subscriptionOf(row);
}

async function existing(sql: Sql, id: string): Promise<SubscriptionRecord> {
  const record = await find(sql, id);
  if (record === undefined) throw new Error('a subscription vanished while it was locked');
  return record;
}

async function locked(
  sql: Sql,
  id: string,
  expectedRevision: number | undefined,
): Promise<SubscriptionRecord | { readonly kind: 'unknown' | 'stale' }> {
  await sql.rows('SELECT FROM subscription WHERE id = $1 FOR NO KEY UPDATE', [id]);
  return asExpected(await find(sql, id), expectedRevision);
}

/** For the audit. */
const told = (
  subscription: SubscriptionSettings & { readonly enabled: boolean },
): { readonly [field: string]: Json } => {
  const { name, url, types, domains, format, batch, enabled } = subscription;
  return { name, url, types, domains, format, batch, enabled };
};

const NEXT = `
  SELECT nextval(pg_get_serial_sequence('subscription', 'id'))::text AS id,
    (SELECT count(*)::integer FROM subscription) AS count`;

const INSERT = `
  INSERT INTO subscription (id, secret, cursor, ${subscriptionSettings.names}) OVERRIDING SYSTEM VALUE
  VALUES ($1, $2, $3, ${subscriptionSettings.values(4)})`;

const UPDATE = subscriptionSettings.update('subscription', 'id');

const ENABLE = `
  UPDATE subscription SET enabled = true, disabled_because = NULL, failures = 0, failing_since = NULL, due_at = now(),
    revision = revision + 1, updated_at = now() WHERE id = $1`;

const DISABLE = `
  UPDATE subscription SET enabled = false, disabled_because = 'administrator', revision = revision + 1, updated_at = now()
  WHERE id = $1`;

/** Of a rotation that is still in progress, the older secret goes: two are valid at a time, never more. */
const ROTATE = `
  UPDATE subscription SET secret = $2, previous_secret = CASE WHEN $3::integer > 0 THEN secret END,
    previous_until = CASE WHEN $3::integer > 0 THEN now() + make_interval(secs => $3::integer) END,
    revision = revision + 1, updated_at = now() WHERE id = $1`;

/** The worker that has the claim may not record any more. The next one waits until the time of the claim is over. */
const GO_BACK = `
  UPDATE subscription SET cursor = $2, claimed_by = NULL, failures = 0, failing_since = NULL, due_at = now(),
    revision = revision + 1, updated_at = now() WHERE id = $1`;

/** They come again in their order. */
const FORGET_PENDING = `
  DELETE FROM webhook_delivery WHERE subscription_id = $1 AND state = 'pending' AND last_position > $2`;

const REPLAY_UNDELIVERED = `
  UPDATE webhook_delivery SET state = 'pending', settled_at = NULL WHERE subscription_id = $1 AND state = 'undelivered'`;

const TARGET = `
  SELECT id, url, batch, format, secret, CASE WHEN previous_until > now() THEN previous_secret END AS previous
  FROM subscription WHERE id = $1`;
