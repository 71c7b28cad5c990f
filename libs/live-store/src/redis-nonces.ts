import { DIGEST_SCHEMAS, type DigestSchema, type NonceBinding, type Nonces } from '@sap2/session-core';
import { hashOf, nonceKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

const KEEP = script('keep-nonce.lua', (reply): void => void asInteger(reply));
const TAKE = script('take-nonce.lua', (reply): DigestSchema | undefined =>
  typeof reply === 'number' ? undefined : DIGEST_SCHEMAS.find((schema) => schema === reply),
);

const bindingHash = ({ peer, account, clientKey }: Omit<NonceBinding, 'schema'>): string =>
  hashOf(peer, account, clientKey);

/** A nonce tried with another binding stays good for its own: a stranger who sees one cannot spoil the login. */
export class RedisNonces implements Nonces {
  constructor(
    private readonly redis: RedisConnection,
    private readonly lifeMs: number,
  ) {}

  async keep(nonce: string, binding: NonceBinding): Promise<void> {
    await this.redis.run(KEEP, [nonceKey(nonce)], [bindingHash(binding), binding.schema, this.lifeMs]);
  }

  take(
    nonce: string,
    binding: Omit<NonceBinding, 'schema'>,
    transactionID: string,
  ): Promise<DigestSchema | undefined> {
    return this.redis.run(TAKE, [nonceKey(nonce)], [bindingHash(binding), transactionID]);
  }
}
