import type { Claim, TransactionKey, TransactionLedger } from '@sap2/peer-link';
import { transactionKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

const CLAIMED = 1;
const IN_PROCESS = -1;
const OTHER_CONTENT = -2;

const CLAIM = script('claim-transaction.lua', (reply): Claim => {
  if (typeof reply === 'string') return { state: 'answered', answer: reply };
  switch (asInteger(reply)) {
    case CLAIMED:
      return { state: 'mine' };
    case IN_PROCESS:
      return { state: 'in-process' };
    case OTHER_CONTENT:
      return { state: 'other-content' };
    default:
      throw new Error('claim-transaction.lua replied with an unexpected number');
  }
});
const ANSWER = script('answer-transaction.lua', (reply): void => void asInteger(reply));
const RELEASE = script('release-transaction.lua', (reply): void => void asInteger(reply));

export class RedisTransactionLedger implements TransactionLedger {
  constructor(private readonly redis: RedisConnection) {}

  claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim> {
    return this.redis.run(CLAIM, [keyOf(key)], [contentHash, leaseMs]);
  }

  async answer(key: TransactionKey, contentHash: string, answer: string, keepMs: number): Promise<void> {
    await this.redis.run(ANSWER, [keyOf(key)], [contentHash, answer, keepMs]);
  }

  async release(key: TransactionKey, contentHash: string): Promise<void> {
    await this.redis.run(RELEASE, [keyOf(key)], [contentHash]);
  }
}

const keyOf = ({ peer, transactionID }: TransactionKey): string => transactionKey(peer, transactionID);
