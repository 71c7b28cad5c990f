import type { Claim, TransactionClaim, TransactionKey, TransactionLedger } from '@sap2/peer-link';
import { transactionKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asTexts, script } from './script.js';

const IN_PROCESS = -1;
const OTHER_CONTENT = -2;

type Claimed = { readonly state: 'mine'; readonly owner: string } | Exclude<Claim, { state: 'mine' }>;

const CLAIM = script('claim-transaction.lua', (reply): Claimed => {
  if (typeof reply === 'string') return { state: 'answered', answer: reply };
  if (reply === IN_PROCESS) return { state: 'in-process' };
  if (reply === OTHER_CONTENT) return { state: 'other-content' };
  const [owner] = asTexts(reply);
  if (owner === undefined) throw new Error('claim-transaction.lua named no owner');
  return { state: 'mine', owner };
});
const ANSWER = script('answer-transaction.lua', (reply) => (asInteger(reply) === 1 ? 'kept' : 'lost'));
const RELEASE = script('release-transaction.lua', (reply): void => void asInteger(reply));

export class RedisTransactionLedger implements TransactionLedger {
  constructor(private readonly redis: RedisConnection) {}

  async claim(key: TransactionKey, contentHash: string, leaseMs: number): Promise<Claim> {
    const claimed = await this.redis.run(CLAIM, [keyOf(key)], [contentHash, leaseMs]);
    if (claimed.state !== 'mine') return claimed;
    return { state: 'mine', claim: { contentHash, owner: claimed.owner } };
  }

  answer(
    key: TransactionKey,
    { contentHash, owner }: TransactionClaim,
    answer: string,
    keepMs: number,
  ): Promise<'kept' | 'lost'> {
    return this.redis.run(ANSWER, [keyOf(key)], [contentHash, owner, answer, keepMs]);
  }

  async release(key: TransactionKey, { owner }: TransactionClaim): Promise<void> {
    await this.redis.run(RELEASE, [keyOf(key)], [owner]);
  }
}

const keyOf = ({ peer, transactionID }: TransactionKey): string => transactionKey(peer, transactionID);
