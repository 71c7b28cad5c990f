import type { EventType } from '@sap2/event-feed';
import type { Domain } from '@sap2/session-core';
import {
  CAEP_TYPES,
  type ClaimedLine,
  type LineStep,
  type MessageRange,
  type SubscriptionLines,
  type WebhookTarget,
} from '@sap2/webhooks';
import { randomUUID } from 'node:crypto';
import type { Sql } from '../database.js';
import { numberSome } from '../events/postgres-event-feed.js';
import { secretOfSubscription, type SecretVault } from '../secret-vault.js';
import type { WakeUps } from '../wake-ups.js';
import { BACKLOGS, CLAIM, PENDING, PRUNE, RECORD, RELEASE } from './subscription-line-statements.js';

/** Longer than the deadline of a message and the statements around it. */
const CLAIM_S = 45;

interface SecretsRow {
  readonly id: string;
  readonly secret: string;
  readonly previous: string | null;
}

interface LineRow extends SecretsRow {
  readonly url: string;
  readonly batch: number;
  readonly format: WebhookTarget['format'];
  readonly types: readonly EventType[];
  readonly domains: readonly Domain[];
  readonly cursor: string;
  readonly failures: number;
  readonly failing_since: Date | null;
  readonly has_pending: boolean;
  readonly revision: number;
}

interface PendingRow {
  readonly first_position: string;
  readonly last_position: string;
  readonly events: number;
  readonly event_at: Date;
  readonly webhook_id: string;
}

type Claimed = ClaimedLine & { readonly revision: number };

export class PostgresSubscriptionLines implements SubscriptionLines {
  constructor(
    private readonly sql: Sql,
    private readonly vault: SecretVault,
    private readonly wakeUps: WakeUps,
  ) {}

  readonly hasEnabled: SubscriptionLines['hasEnabled'] = async () =>
    (await this.sql.rows('SELECT FROM subscription WHERE enabled LIMIT 1')).length > 0;

  readonly claimDue: SubscriptionLines['claimDue'] = async ({ well, suspect }) => {
    await numberSome(this.sql);
    const claim = randomUUID();
    const rows = await this.sql.rows<LineRow>(CLAIM, [claim, CLAIM_S, well, suspect]);
    return rows.map((row) => this.lineOf(row, claim));
  };

  readonly pending: SubscriptionLines['pending'] = async ({ id }) => {
    const [row] = await this.sql.rows<PendingRow>(PENDING, [id]);
    return row && rangeOf(row);
  };

  readonly record: SubscriptionLines['record'] = async (line, step) => {
    const { id, claim, revision } = line as Claimed;
    const [row] = await this.sql.rows<{ revision: number }>(RECORD, [id, claim, CLAIM_S, ...valuesOf(step)]);
    return row?.revision === revision;
  };

  readonly release: SubscriptionLines['release'] = async ({ id, claim }) => {
    await this.sql.rows(RELEASE, [id, claim]);
  };

  readonly prune: SubscriptionLines['prune'] = async () => {
    await this.sql.rows(PRUNE);
  };

  /** How old the oldest event is that an enabled subscription has not settled. */
  async backlogs(): Promise<readonly { readonly subscription: string; readonly oldestAgeMs: number }[]> {
    const rows = await this.sql.rows<{ id: string; age_ms: number }>(BACKLOGS);
    return rows.map((row) => ({ subscription: row.id, oldestAgeMs: Math.max(0, row.age_ms) }));
  }

  readonly onWake: SubscriptionLines['onWake'] = (callback) =>
    this.wakeUps.on('sap2_subscriptions', callback);

  private lineOf(row: LineRow, claim: string): Claimed {
    const { id, url, batch, format, domains, failures, revision } = row;
    // A stream without a choice has all that it can have.
    const types = format === 'caep' && row.types.length === 0 ? CAEP_TYPES : row.types;
    return {
      id,
      url,
      batch,
      format,
      types,
      domains,
      failures,
      revision,
      claim,
      cursor: BigInt(row.cursor),
      failingSinceMs: row.failing_since?.getTime(),
      hasPending: row.has_pending,
      secrets: secretsOf(row, this.vault),
    };
  }
}

/** Opened when a message is signed: an unreadable secret stops only its subscription. */
export function secretsOf(
  { id, secret, previous }: SecretsRow,
  vault: SecretVault,
): WebhookTarget['secrets'] {
  const sealed = previous === null ? [secret] : [secret, previous];
  return () => sealed.map((one) => vault.open(one, secretOfSubscription(id)));
}

const rangeOf = (row: PendingRow): MessageRange => ({
  first: BigInt(row.first_position),
  last: BigInt(row.last_position),
  count: row.events,
  atMs: row.event_at.getTime(),
  webhookID: row.webhook_id,
});

function valuesOf({ cursor, news, records }: LineStep): readonly unknown[] {
  const rows = records.map((record) => ({
    state: record.state,
    webhook_id: record.webhookID,
    first_position: String(record.first),
    last_position: String(record.last),
    events: record.count,
    event_at: new Date(record.atMs).toISOString(),
    is_attempt: record.isAttempt,
    status: record.httpStatus,
    error: record.error,
  }));
  const error = 'error' in news ? news.error : null;
  const retryInS = 'retryInMs' in news ? news.retryInMs / 1000 : 0;
  return [String(cursor), news.kind, error, retryInS, JSON.stringify(rows)];
}
