import type { NonceBinding, Nonces } from '@sap2/session-core';
import { hashOf, nonceKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

const KEEP = script('keep-nonce.lua', (reply): void => void asInteger(reply));

export const bindingHash = ({ peer, account, clientKey }: Omit<NonceBinding, 'schema'>): string =>
  hashOf(peer, account, clientKey);

/** A nonce tried with another binding stays good for its own: a stranger who sees one cannot spoil the login. */
export class RedisNonces implements Nonces {
  constructor(
    private readonly redis: RedisConnection,
    private readonly lifeMs: number,
  ) {}

  async keep(nonce: string, binding: NonceBinding): Promise<void> {
    await this.redis.run(
      KEEP,
      [nonceKey(binding.peer, nonce)],
      [bindingHash(binding), binding.schema, this.lifeMs],
    );
  }
}
