import type { HeldSspSession, SspSession, SspSessions } from '@sap2/peer-link';
import { sspSessionKey, sspSessionsOfPeerKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asList, asText, script } from './script.js';

const UNKNOWN = -1;

const PUT = script('put-ssp-session.lua', (reply) => (asInteger(reply) < 0 ? 'taken' : 'kept'));
const ADMIT = script('admit-ssp-session.lua', (reply) => (asInteger(reply) < 0 ? 'too-many' : 'added'));
const READ = script('read-ssp-session.lua', (reply): HeldSspSession | undefined => {
  if (reply === UNKNOWN) return undefined;
  const [peer, theirID, ourID, timeToLiveS, idleMs] = asList(reply);
  return {
    session: {
      peer: asText(peer),
      theirID: asText(theirID),
      ourID: asText(ourID),
      timeToLiveS: asInteger(timeToLiveS),
    },
    idleMs: asInteger(idleMs),
  };
});
const REMOVE = script('remove-ssp-session.lua', (reply) => asInteger(reply) === 1);

/**
 * A session lives under the id that its messages carry, so that a message costs one command. The list of a peer's
 * sessions, at most the limit long, is only a list of ids: Redis forgets sessions by itself, and the list is cleared of
 * dead ones by whoever reads it.
 */
export class RedisSspSessions implements SspSessions {
  constructor(private readonly redis: RedisConnection) {}

  async add(session: SspSession, limit: number): Promise<'added' | 'taken' | 'too-many'> {
    const { peer, theirID, ourID, timeToLiveS } = session;
    const kept = await this.redis.run(PUT, [sspSessionKey(theirID)], [peer, theirID, ourID, timeToLiveS]);
    if (kept === 'taken') return 'taken';
    if ((await this.admit(session, limit)) === 'added') return 'added';
    await this.allOf(peer);
    const admitted = await this.admit(session, limit);
    if (admitted === 'too-many') await this.forget(peer, theirID, ourID);
    return admitted;
  }

  async find(theirID: string): Promise<SspSession | undefined> {
    return (await this.redis.run(READ, [sspSessionKey(theirID)], ['0']))?.session;
  }

  async touch(theirID: string): Promise<SspSession | undefined> {
    return (await this.redis.run(READ, [sspSessionKey(theirID)], ['1']))?.session;
  }

  async latestOf(peer: string): Promise<SspSession | undefined> {
    return (await this.allOf(peer)).toSorted((a, b) => a.idleMs - b.idleMs)[0]?.session;
  }

  async remove(session: SspSession): Promise<void> {
    await this.forget(session.peer, session.theirID, session.ourID);
  }

  async removeAllOf(peer: string): Promise<void> {
    await Promise.all((await this.listed(peer)).map((theirID) => this.forget(peer, theirID, '')));
  }

  private admit({ peer, theirID }: SspSession, limit: number): Promise<'added' | 'too-many'> {
    return this.redis.run(ADMIT, [sspSessionsOfPeerKey(peer)], [theirID, limit]);
  }

  /** Those of the list that are alive; the others are taken off it. */
  async allOf(peer: string): Promise<readonly HeldSspSession[]> {
    const ids = await this.listed(peer);
    const found = await Promise.all(ids.map((id) => this.redis.run(READ, [sspSessionKey(id)], ['0'])));
    const dead = ids.filter((_, i) => found[i]?.session.peer !== peer);
    if (dead.length > 0) await this.redis.ask((client) => client.srem(sspSessionsOfPeerKey(peer), ...dead));
    return found.filter((used): used is HeldSspSession => used?.session.peer === peer);
  }

  private listed(peer: string): Promise<readonly string[]> {
    return this.redis.ask((client) => client.smembers(sspSessionsOfPeerKey(peer)));
  }

  private async forget(peer: string, theirID: string, ourID: string): Promise<void> {
    if (await this.redis.run(REMOVE, [sspSessionKey(theirID)], [peer, ourID])) {
      await this.redis.ask((client) => client.srem(sspSessionsOfPeerKey(peer), theirID));
    }
  }
}
