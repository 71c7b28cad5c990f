export { claimDataDir, DataDirInUseError, type DataDirClaim } from './data-dir.js';
export {
  runningPostgresUrl,
  startEmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { runningRedisUrl, startEmbeddedRedis, type EmbeddedRedisOptions } from './embedded-redis.js';
export { freePort } from './free-port.js';
export type { EmbeddedStore, EmbeddedStoreOptions, StoreLine } from './store.js';
