export { connectLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';
export { UnsuitableRedisError } from './server-check.js';
