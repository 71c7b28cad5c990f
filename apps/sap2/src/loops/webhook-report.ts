import type { EventLog, Measures } from '@sap2/observability';
import type { WebhookReport } from '@sap2/webhooks';

/** The log has the first failure in a row, and then each hundredth: attempts go on for days. */
const LOGGED_EACH = 100;

/** What became of webhooks, as events and counts. */
export function webhookReport(
  log: Pick<EventLog, 'event' | 'warn' | 'error'>,
  measures: Pick<Measures, 'webhooks'>,
): WebhookReport {
  const named = (subscription: string): string => `subscription ${subscription}`;
  return {
    delivered: (_, events) => measures.webhooks('delivered', events),
    failed: (subscription, error, failures) => {
      measures.webhooks('failed', 1);
      if (failures % LOGGED_EACH !== 1) return;
      log.warn('webhook_failed', { attempt: failures, detail: `${named(subscription)}: ${error}` });
    },
    undelivered: (subscription, events) => {
      measures.webhooks('undelivered', events);
      log.error('webhook_events_undelivered', { count: events, detail: named(subscription) });
    },
    gone: (subscription) => {
      measures.webhooks('gone', 1);
      log.error('webhook_disabled', { cause: 'gone', httpStatus: 410, detail: named(subscription) });
    },
    missed: (subscription) => {
      measures.webhooks('missed', 1);
      log.error('webhook_events_missed', { detail: named(subscription) });
    },
  };
}
