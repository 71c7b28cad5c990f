import { FairTurns } from '../../listeners/fair-turns.js';
import type { TransactionStep } from './transaction.js';

/**
 * Logins in progress at once, of all peers. They keep the hashes and the connections to PostgreSQL busy. More would wait in
 * the queues of those, which are shared, so that one peer's logins would delay all others.
 */
const LOGINS_AT_ONCE = 16;

/** Logins take turns by their peers. */
export function takeTurn(): TransactionStep {
  const turns = new FairTurns(LOGINS_AT_ONCE);
  return (transaction, next) =>
    transaction.route.urgency === 'login'
      ? turns.run(transaction.agreement.peer, () => next(transaction))
      : next(transaction);
}
