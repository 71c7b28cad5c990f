export { connectLiveStore, type LiveStore } from './live-store.js';
export { UnsuitableRedisError } from './server-check.js';
