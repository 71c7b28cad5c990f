import type { SubscriptionDelivery, SubscriptionRecord, SubscriptionSettings } from '@sap2/administration';
import { ColumnMap } from './column-map.js';

export const subscriptionSettings = new ColumnMap<SubscriptionSettings>({
  name: 'text',
  url: 'text',
  types: 'text[]',
  domains: 'text[]',
  format: 'text',
  batch: 'integer',
});

const subscriptions = new ColumnMap<Omit<SubscriptionRecord, 'cursor' | keyof SubscriptionSettings>>({
  id: 'text',
  enabled: 'boolean',
  disabledBecause: 'text',
  failures: 'integer',
  failingSinceMs: 'timestamptz',
  nextAttemptAtMs: 'timestamptz',
  lastError: 'text',
  lastErrorAtMs: 'timestamptz',
  missedAtMs: 'timestamptz',
  previousSecretUntilMs: 'timestamptz',
  undelivered: 'bigint',
  createdAtMs: 'timestamptz',
  updatedAtMs: 'timestamptz',
  revision: 'integer',
});

/** A whole subscription; `which` sees it as `s`. */
export const wholeSubscription = (which: string): string => `
  SELECT s.*, CASE WHEN s.enabled AND s.failures > 0 THEN s.due_at END AS next_attempt_at,
    CASE WHEN s.previous_until > now() THEN s.previous_until END AS previous_secret_until,
    (SELECT coalesce(sum(d.events), 0) FROM webhook_delivery d
      WHERE d.subscription_id = s.id AND d.state = 'undelivered') AS undelivered
  FROM subscription s WHERE ${which}`;

export const subscriptionOf = (row: object): SubscriptionRecord => ({
  ...subscriptionSettings.thingOf(row),
  ...subscriptions.thingOf(row),
  cursor: BigInt((row as { readonly cursor: string }).cursor),
});

const deliveries = new ColumnMap<Omit<SubscriptionDelivery, 'webhookID' | 'lastPosition'>>({
  id: 'text',
  state: 'text',
  events: 'integer',
  eventAtMs: 'timestamptz',
  attempts: 'integer',
  lastStatus: 'integer',
  lastError: 'text',
  createdAtMs: 'timestamptz',
  lastAttemptAtMs: 'timestamptz',
  settledAtMs: 'timestamptz',
});

export interface DeliveryRow {
  readonly webhook_id: string;
  readonly last_position: string;
}

export const subscriptionDeliveryOf = (row: DeliveryRow): SubscriptionDelivery => ({
  ...deliveries.thingOf(row),
  webhookID: row.webhook_id,
  lastPosition: BigInt(row.last_position),
});
