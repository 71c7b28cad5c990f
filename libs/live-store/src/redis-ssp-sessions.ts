import { sessionForPushes, type HeldSspSession, type SspSession, type SspSessions } from '@sap2/peer-link';
import { SSP_SESSION_CHANGES, sspSessionKey, sspSessionsOfPeerKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asList, asText, asTexts, script } from './script.js';

const UNKNOWN = -1;

const PUT = script('put-ssp-session.lua', (reply) => (asInteger(reply) < 0 ? 'taken' : 'kept'));
const TOO_MANY = -1;
const ADMIT = script('admit-ssp-session.lua', (reply) =>
  reply === TOO_MANY ? ('too-many' as const) : asTexts(reply),
);
const READ = script('read-ssp-session.lua', (reply): HeldSspSession | undefined => {
  if (reply === UNKNOWN) return undefined;
  const [peer, theirID, ourID, timeToLiveS, idleMs, untaken] = asList(reply);
  return {
    session: {
      peer: asText(peer),
      theirID: asText(theirID),
      ourID: asText(ourID),
      timeToLiveS: asInteger(timeToLiveS),
    },
    idleMs: asInteger(idleMs),
    untaken: asInteger(untaken),
  };
});
const SET_UNTAKEN = script('set-untaken-pushes.lua', asInteger);
const REMOVE = script('remove-ssp-session.lua', (reply) => asInteger(reply) === 1);

/**
 * A session has the id of its messages as key, so a message costs one command. The list of a peer's sessions has
 * only ids, at most the limit. Redis removes expired sessions itself, and each reader removes their ids from the
 * list.
 */
export class RedisSspSessions implements SspSessions {
  private readonly listeners: ((theirID: string) => void)[] = [];

  constructor(private readonly redis: RedisConnection) {}

  /** A crash in between leaves a session that is on no list. So it expires, whatever its `life`. */
  readonly add: SspSessions['add'] = async (session, { limit, life }) => {
    const { peer, theirID, ourID, timeToLiveS } = session;
    const kept = await this.redis.run(PUT, [sspSessionKey(theirID)], [peer, theirID, ourID, timeToLiveS]);
    if (kept === 'taken') return 'taken';
    let displaced = await this.admit(session, limit, []);
    // More than once only if others took the room that was made.
    while (displaced === 'too-many') displaced = await this.admit(session, limit, await this.idlest(session));
    await Promise.all(displaced.map((id) => this.forget(peer, id, '')));
    if (life === 'until-replaced') await this.touch(theirID, life);
    await this.changed(theirID);
    return 'added';
  };

  readonly find: SspSessions['find'] = async (theirID) =>
    (await this.redis.run(READ, [sspSessionKey(theirID)], ['']))?.session;

  readonly touch: SspSessions['touch'] = async (theirID, life) =>
    (await this.redis.run(READ, [sspSessionKey(theirID)], [life]))?.session;

  readonly latestOf: SspSessions['latestOf'] = async (peer) =>
    sessionForPushes(await this.allOf(peer))?.session;

  readonly setUntaken: SspSessions['setUntaken'] = async ({ peer, theirID, ourID }, untaken) => {
    await this.redis.run(SET_UNTAKEN, [sspSessionKey(theirID)], [peer, ourID, untaken]);
  };

  readonly remove: SspSessions['remove'] = async (session) => {
    await this.forget(session.peer, session.theirID, session.ourID);
  };

  readonly onChange: SspSessions['onChange'] = (listener) => {
    this.listeners.push(listener);
    this.redis.subscribe(SSP_SESSION_CHANGES, listener);
  };

  readonly removeAllOf: SspSessions['removeAllOf'] = async (peer) => {
    await Promise.all((await this.listed(peer)).map((theirID) => this.forget(peer, theirID, '')));
  };

  /** Whose place it took, of those that may lose it. */
  private admit(
    { peer, theirID }: SspSession,
    limit: number,
    mayLose: readonly string[],
  ): Promise<readonly string[] | 'too-many'> {
    return this.redis.run(ADMIT, [sspSessionsOfPeerKey(peer)], [theirID, limit, ...mayLose]);
  }

  private async idlest({ peer, theirID }: SspSession): Promise<readonly string[]> {
    const others = (await this.allOf(peer)).filter(({ session }) => session.theirID !== theirID);
    return others.toSorted((a, b) => b.idleMs - a.idleMs).map(({ session }) => session.theirID);
  }

  /** Those of the list that are alive; the others are taken off it. */
  readonly allOf: SspSessions['allOf'] = async (peer) => {
    const ids = await this.listed(peer);
    const found = await Promise.all(ids.map((id) => this.redis.run(READ, [sspSessionKey(id)], [''])));
    const dead = ids.filter((_, i) => found[i]?.session.peer !== peer);
    if (dead.length > 0) await this.redis.ask((client) => client.srem(sspSessionsOfPeerKey(peer), ...dead));
    return found.filter((used): used is HeldSspSession => used?.session.peer === peer);
  };

  private listed(peer: string): Promise<readonly string[]> {
    return this.redis.ask((client) => client.smembers(sspSessionsOfPeerKey(peer)));
  }

  private async forget(peer: string, theirID: string, ourID: string): Promise<void> {
    if (await this.redis.run(REMOVE, [sspSessionKey(theirID)], [peer, ourID])) {
      await this.redis.ask((client) => client.srem(sspSessionsOfPeerKey(peer), theirID));
      await this.changed(theirID);
    }
  }

  private async changed(theirID: string): Promise<void> {
    for (const listener of this.listeners) listener(theirID);
    await this.redis.publish(SSP_SESSION_CHANGES, theirID);
  }
}
