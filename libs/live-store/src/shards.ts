import { SHARD_COUNT, shardOfSession, type UserSessionID } from '@sap2/session-core';
import { ShardKeys } from './keys.js';

export const SHARDS: readonly ShardKeys[] = Array.from(
  { length: SHARD_COUNT },
  (_, shard) => new ShardKeys(shard),
);

export function shardAt(shard: number): ShardKeys {
  const keys = SHARDS[shard];
  if (keys === undefined) throw new RangeError(`there is no shard ${shard}`);
  return keys;
}

export const shardKeysOf = (id: UserSessionID): ShardKeys => shardAt(shardOfSession(id));

/** Hands every shard its items, in their order, to all shards at once; the results come in no particular order. */
export function inShards<T, R>(
  items: readonly T[],
  idOf: (item: T) => UserSessionID,
  work: (shard: ShardKeys, items: readonly T[]) => Promise<R>,
): Promise<readonly R[]> {
  const [only] = items;
  if (only !== undefined && items.length === 1)
    return work(shardKeysOf(idOf(only)), items).then((one) => [one]);
  const byShard = new Map<ShardKeys, T[]>();
  for (const item of items) {
    const shard = shardKeysOf(idOf(item));
    const ours = byShard.get(shard);
    if (ours === undefined) byShard.set(shard, [item]);
    else ours.push(item);
  }
  return Promise.all([...byShard].map(([shard, ours]) => work(shard, ours)));
}
