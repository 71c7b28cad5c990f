import { FairTurns } from '../../doors/fair-turns.js';
import type { TransactionStep } from './transaction.js';

/**
 * Logins under way at once, of all peers: enough to keep the hashes and the connections to PostgreSQL busy, and no more, since
 * those have one queue for everybody, in which one peer's logins would stand before all others.
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
