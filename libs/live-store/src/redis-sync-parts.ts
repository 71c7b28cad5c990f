import { LiveStoreUnavailableError, type SyncParts, type UserSessionID } from '@sap2/session-core';
import { syncKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asID, asInteger, asList, script } from './script.js';
import { throughScan } from './through-scan.js';

/** ssp-binding §4.3. */
const LIFE_MS = 60_000;
/** Ids read at a time. A complete list may have a million, and Redis serves no other command meanwhile. */
const SCAN_COUNT = 1000;

const INCOMPLETE = -1;

interface Completion {
  readonly firstPartAtMs: number;
  readonly count: number;
}

const ADD = script('add-sync-part.lua', (reply): Completion | undefined => {
  if (reply === INCOMPLETE) return undefined;
  const [firstPartAtMs, count] = asList(reply);
  return { firstPartAtMs: asInteger(firstPartAtMs), count: asInteger(count) };
});

/**
 * Peer, syncID, sapEpoch and number of parts name a set. If a peer uses a syncID again with another epoch or
 * number, it begins another set. A repeated part only adds to the list, so it can only keep sessions.
 */
export class RedisSyncParts implements SyncParts {
  constructor(
    private readonly redis: RedisConnection,
    private readonly lifeMs: number = LIFE_MS,
  ) {}

  readonly add: SyncParts['add'] = async (part) => {
    const keys = syncKeys(part.peer, part.syncID, part.sapEpoch, String(part.parts));
    const completion = await this.redis.run(
      ADD,
      [keys.arrivals, keys.listed],
      [this.lifeMs, part.part, part.parts, ...part.listed],
    );
    if (completion === undefined) return { complete: false };
    const listed = await this.redis.ask(() => this.read(keys.listed));
    // Whatever is missing from the list would be closed: better no sync at all.
    if (listed.size !== completion.count) {
      throw new LiveStoreUnavailableError('the list of a complete sync could not be read completely');
    }
    return { complete: true, firstPartAtMs: completion.firstPartAtMs, listed };
  };

  private async read(key: string): Promise<ReadonlySet<UserSessionID>> {
    const listed = new Set<UserSessionID>();
    await throughScan(
      (cursor) => this.redis.ask((client) => client.sscan(key, cursor, 'COUNT', SCAN_COUNT)),
      async (page) => {
        for (const id of page) listed.add(asID(id));
      },
    );
    return listed;
  }
}
