import type { EventLog } from '@sap2/observability';
import type { StatusAnswer } from '@sap2/ssp-wire';
import type { RequestContext } from './request-context.js';
import { bareStatus } from './status-table.js';

/** Seconds after which a peer may try again when a store did not answer. */
const TRY_AGAIN_S = 5;

/**
 * Catches exceptions once. An operating failure (a store is away) becomes 503, and the peer repeats. Anything else is a
 * defect: 500, and an alert. The log has the reason, and the peer learns only what to do.
 */
export class FailureAnswers {
  constructor(
    private readonly log: Pick<EventLog, 'warn' | 'error'>,
    private readonly isOperatingFailure: (error: unknown) => boolean,
  ) {}

  answer(error: unknown, context: Pick<RequestContext, 'peer' | 'transactionID'> | undefined): StatusAnswer {
    const where = { peer: context?.peer, transactionId: context?.transactionID };
    if (this.isOperatingFailure(error)) {
      this.log.warn('store_unavailable', { ...where, error });
      return bareStatus(503, 'A store is unavailable; try again later.', TRY_AGAIN_S);
    }
    this.log.error('defect', { ...where, error });
    return bareStatus(500, 'Internal error.');
  }

  /** For work without a waiting caller: reports its failure. */
  watch(work: readonly Promise<unknown>[]): void {
    for (const promise of work) promise.catch((error: unknown) => this.answer(error, undefined));
  }
}
