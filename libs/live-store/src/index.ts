export { connectLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';
export type { RedisAddress } from './redis-connection.js';
