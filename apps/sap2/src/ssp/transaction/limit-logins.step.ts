import type { Measures } from '@sap2/observability';
import type { Gate } from '../../listeners/gate.js';
import { RETRY_AFTER_S } from '../message/message.js';
import type { UsualPeerLimits } from '../message/admit.step.js';
import { Rates } from '../rates.js';
import { bareStatus } from '../status-table.js';
import type { TransactionStep } from './transaction.js';

export interface LimitLoginsNeeds {
  readonly gate: Pick<Gate, 'hasRoomFor'>;
  readonly usualLimits: Pick<UsualPeerLimits, 'loginsPerSecond'>;
  readonly measures: Pick<Measures, 'turnedAway'>;
}

/**
 * Refuses a login for itself, since its message may have more of them, and more urgent requests. Nothing is done then,
 * so its repetition starts afresh.
 */
export function limitLogins(on: LimitLoginsNeeds): TransactionStep {
  const logins = new Rates();
  const limited: TransactionStep = async (transaction, next) => {
    const { peer, limits } = transaction.agreement;
    const perSecond = limits.loginsPerSecond ?? on.usualLimits.loginsPerSecond;
    const waitS = perSecond === undefined ? 0 : await logins.take(peer, perSecond);
    if (waitS > 0) {
      on.measures.turnedAway(peer, 'logins-per-second');
      return bareStatus(503, 'Too many logins in a second.', waitS);
    }
    if (on.gate.hasRoomFor('login')) return next(transaction);
    on.measures.turnedAway(peer, 'overloaded');
    return bareStatus(503, 'Not now (overloaded).', RETRY_AFTER_S);
  };
  return (transaction, next) =>
    transaction.route.urgency === 'login' ? limited(transaction, next) : next(transaction);
}
