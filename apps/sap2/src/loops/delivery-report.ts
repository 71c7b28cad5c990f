import type { EventLog, Measures } from '@sap2/observability';
import type { DeliveryPass, DeliveryReport } from '@sap2/peer-delivery';

/** What the delivery lanes have to say, as events and counts: a pass that told somebody something, and one that could not. */
export function deliveryReport(log: EventLog, measures: Measures): DeliveryReport {
  return {
    passed: ({ peer, counts, error, circuit }: DeliveryPass) => {
      const told = counts.acknowledged + counts['unknown-there'];
      measures.disconnects(peer, 'delivered', told);
      measures.disconnects(peer, 'failed', counts.failed);
      measures.disconnects(peer, 'undelivered', counts.undelivered);
      if (told > 0) log.event('disconnects_delivered', { peer, count: told });
      if (counts.failed > 0) log.warn('disconnects_failed', { peer, count: counts.failed, detail: error });
      if (counts.undelivered > 0) {
        log.error('disconnects_undelivered', { peer, count: counts.undelivered, detail: error });
      }
      if (circuit === 'opened') log.warn('peer_circuit_opened', { peer, detail: error });
      if (circuit === 'closed') log.event('peer_circuit_closed', { peer });
    },
    failed: (error, peer) => log.warn('loop_failed', { role: 'delivery', peer, error }),
  };
}
