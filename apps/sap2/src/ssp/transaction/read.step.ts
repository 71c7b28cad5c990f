import type { EventLog } from '@sap2/observability';
import type { HeldLines } from '../../listeners/line-a-minute.js';
import { type DispatchTable, routeOf } from '../request-context.js';
import { bareStatus } from '../status-table.js';
import type { ReadTransaction, Transaction, TransactionStep } from './transaction.js';

export interface ReadNeeds {
  readonly table: DispatchTable;
  readonly log: Pick<EventLog, 'warn'>;
  readonly heldLines: HeldLines;
}

const NOT_SUPPORTED = 405;

/** A request that cannot be understood ends here. Its neighbours go on (ssp-binding §1). */
export function read({ table, log, heldLines }: ReadNeeds): TransactionStep<Transaction, ReadTransaction> {
  const lines = heldLines.ofOneKind();
  return (transaction, next) => {
    const { request, peer } = transaction;
    if (!('fault' in request)) {
      const { primitive } = request;
      return next({ ...transaction, primitive, route: routeOf(table, primitive) });
    }
    const { code, detail } = request.fault;
    if (code === NOT_SUPPORTED) {
      lines.happened(peer, (count) => log.warn('ssp_primitive_unknown', { peer, code, count }));
    }
    return Promise.resolve(bareStatus(code, detail));
  };
}
