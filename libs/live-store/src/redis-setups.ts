import type { Setups, SetupTokens } from '@sap2/peer-link';
import { setupKeys, verifiedPeersKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asTexts, script } from './script.js';

const UNKNOWN = -1;

const BEGIN = script('begin-setup.lua', (reply) => (asInteger(reply) < 0 ? 'too-many' : 'begun'));
const TAKE_TOKENS = script('take-setup-tokens.lua', (reply): SetupTokens | undefined => {
  if (reply === UNKNOWN) return undefined;
  const [theirToken = '', ourToken = ''] = asTexts(reply);
  return { theirToken, ourToken };
});
const VERIFY = script('verify-setup.lua', (reply) => asInteger(reply) === 1);
const HINT = script('hint-verified-peer.lua', (reply): void => void asInteger(reply));
const FINISH = script('finish-setup.lua', (reply) => asInteger(reply) === 1);

/** Everything about a set-up stands under its peer; where message 5 names only the transaction, a hint says at which peers to look. */
export class RedisSetups implements Setups {
  constructor(
    private readonly redis: RedisConnection,
    private readonly lifeMs: number,
  ) {}

  begin(
    peer: string,
    transactionID: string,
    tokens: SetupTokens,
    limit: number,
  ): Promise<'begun' | 'too-many'> {
    const { unfinished, setup, name } = setupKeys(peer, transactionID);
    const args = [name, tokens.theirToken, tokens.ourToken, limit, this.lifeMs];
    return this.redis.run(BEGIN, [unfinished, setup], args);
  }

  takeTokens(peer: string, transactionID: string): Promise<SetupTokens | undefined> {
    return this.redis.run(TAKE_TOKENS, [setupKeys(peer, transactionID).setup], []);
  }

  async markVerified(peer: string, transactionID: string): Promise<void> {
    if (await this.redis.run(VERIFY, [setupKeys(peer, transactionID).setup], [])) {
      await this.redis.run(HINT, [verifiedPeersKey(transactionID)], [peer, this.lifeMs]);
    }
  }

  async verifiedPeers(transactionID: string): Promise<readonly string[]> {
    return this.redis.ask(async (client) => {
      const peers = await client.smembers(verifiedPeersKey(transactionID));
      const states = await Promise.all(
        peers.map((peer) => client.hget(setupKeys(peer, transactionID).setup, 'state')),
      );
      return peers.filter((_, i) => states[i] === 'verified');
    });
  }

  finish(peer: string, transactionID: string): Promise<boolean> {
    const { unfinished, setup, name } = setupKeys(peer, transactionID);
    return this.redis.run(FINISH, [unfinished, setup], [name]);
  }
}
