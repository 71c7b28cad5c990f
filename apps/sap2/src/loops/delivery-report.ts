import type { EventLog } from '@sap2/observability';
import type { DeliveryPass, DeliveryReport } from '@sap2/peer-delivery';

/** What the delivery lanes have to say, as events: a pass that told somebody something, and one that could not. */
export function deliveryReport(log: EventLog): DeliveryReport {
  return {
    passed: ({ peer, counts, error }: DeliveryPass) => {
      const told = counts.acknowledged + counts['unknown-there'];
      if (told > 0) log.event('disconnects_delivered', { peer, count: told });
      if (counts.failed > 0) log.warn('disconnects_failed', { peer, count: counts.failed, detail: error });
      if (counts.undelivered > 0) {
        log.error('disconnects_undelivered', { peer, count: counts.undelivered, detail: error });
      }
    },
    failed: (error, peer) => log.warn('loop_failed', { role: 'delivery', peer, error }),
  };
}
