import type { EventLog, Measures } from '@sap2/observability';
import type { DeliveryPass, DeliveryReport } from '@sap2/peer-delivery';

/** What became of disconnects, however their answers came; a result that is left out befell none of them. */
export interface Settled {
  readonly peer: string;
  readonly counts: Readonly<Partial<DeliveryPass['counts']>>;
  readonly error: string | undefined;
}

/** Every settlement is logged and counted here, once. A receipt is no failure: its answer is reported when it comes. */
export function reportSettled(
  { peer, counts, error }: Settled,
  log: Pick<EventLog, 'event' | 'warn' | 'error'>,
  measures: Pick<Measures, 'disconnects'>,
): void {
  const countOf = (result: keyof DeliveryPass['counts']): number => counts[result] ?? 0;
  const sent = countOf('sent');
  const told = countOf('acknowledged') + countOf('unknown-there');
  if (sent > 0) log.event('disconnects_sent', { peer, count: sent });
  if (told > 0) log.event('disconnects_delivered', { peer, count: told });
  measures.disconnects(peer, 'delivered', told);
  for (const { result, level, event } of NOT_TOLD) {
    const count = countOf(result);
    if (count > 0) log[level](event, { peer, count, detail: error });
    measures.disconnects(peer, result, count);
  }
}

/** What is undelivered waits for an administrator, or for a set-up of its peer. */
const NOT_TOLD = [
  { result: 'failed', level: 'warn', event: 'disconnects_failed' },
  { result: 'undelivered', level: 'error', event: 'disconnects_undelivered' },
  { result: 'not-supported', level: 'error', event: 'disconnects_not_supported' },
] as const;

/** Reports of the delivery queues, as events and counts: passes that delivered, and passes that failed. */
export function deliveryReport(log: EventLog, measures: Measures): DeliveryReport {
  return {
    passed: (pass: DeliveryPass) => {
      reportSettled(pass, log, measures);
      const { peer, error, circuit } = pass;
      if (circuit === 'opened') log.warn('peer_circuit_opened', { peer, detail: error });
      if (circuit === 'closed') log.event('peer_circuit_closed', { peer });
    },
    failed: (error, peer) => log.warn('loop_failed', { role: 'delivery', peer, error }),
  };
}
