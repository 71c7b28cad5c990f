export { claimDataDir, DataDirInUseError } from './data-dir.js';
export {
  holdsStores,
  runningPostgresUrl,
  startEmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { runningRedisUrl, startEmbeddedRedis } from './embedded-redis.js';
export { freePort } from './free-port.js';
export { markProcess } from './process-mark.js';
export type { EmbeddedStore } from './store.js';
