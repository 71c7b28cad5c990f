import type { Measures } from '@sap2/observability';
import { FairTurns } from '../../listeners/fair-turns.js';
import { RETRY_AFTER_S } from '../message/message.js';
import { bareStatus } from '../status-table.js';
import type { ReadTransaction, TransactionStep } from './transaction.js';

/**
 * Logins of each line in progress at once, of all peers. They keep the hashes and the connections to PostgreSQL busy. More
 * would wait in the queues of those, which are shared, so that one peer's logins would delay all others.
 */
const LOGINS_AT_ONCE = 16;

/** Waiting logins of one peer. One message may have many. */
const WAITING_OF_PEER = 5_000;

export interface TakeTurnNeeds {
  readonly loginWaitMs: number;
  readonly measures: Pick<Measures, 'turnedAway' | 'watchLogins'>;
}

/**
 * Logins take turns by their peers. Those with a password cost a hash and have a line of their own. So a storm of
 * them delays no other login (docs/adr/0046). Nothing is done for a refused login, so its repetition starts afresh.
 */
export function takeTurn({ loginWaitMs, measures }: TakeTurnNeeds): TransactionStep {
  const bounds = { ofOwner: WAITING_OF_PEER, longestMs: loginWaitMs };
  const lines = {
    password: new FairTurns(LOGINS_AT_ONCE, bounds),
    other: new FairTurns(LOGINS_AT_ONCE, bounds),
  };
  measures.watchLogins('password', lines.password);
  measures.watchLogins('other', lines.other);
  return (transaction, next) => {
    if (transaction.route.urgency !== 'login') return next(transaction);
    const { peer } = transaction.agreement;
    const kind = hasPassword(transaction) ? 'password' : 'other';
    return lines[kind].run(
      peer,
      () => next(transaction),
      () => {
        measures.turnedAway(peer, `${kind}-line`);
        return bareStatus(503, 'Not now (too many logins wait).', RETRY_AFTER_S);
      },
    );
  };
}

const hasPassword = ({ primitive }: ReadTransaction): boolean =>
  primitive.kind === 'UserLoginRequest' && primitive.credential.scheme === 'password';
