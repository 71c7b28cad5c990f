import type { Config } from '@sap2/config';
import { connectIdentityStore, type IdentityStore } from '@sap2/identity-store';
import { connectLiveStore, type LiveStore } from '@sap2/live-store';
import type { EventLog, Measures } from '@sap2/observability';
import { MIGRATIONS } from '../../../../migrations/index.js';
import type { Stores } from '../open-stores.js';
import { provide } from './provide.js';
import { systemClock, systemRandomness } from './system.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE, LIVE_STORE, MEASURES, OPENED_STORES, STORES } from './tokens.js';

/** A store that takes longer is as good as away: the peer is told 503 and repeats. */
const COMMAND_TIMEOUT_MS = 3_000;

interface OpenedStores {
  readonly identity: IdentityStore;
  readonly live: LiveStore;
}

export const STORE_PROVIDERS = [
  provide(
    OPENED_STORES,
    async (config: Config, stores: Stores, log: EventLog, measures: Measures): Promise<OpenedStores> => {
      const identity = await connectIdentityStore({
        url: stores.databaseUrl,
        migrationUrl: config.migrationDatabaseUrl,
        applicationName: 'sap2',
        clock: systemClock,
        migrations: MIGRATIONS,
        secretKeys: stores.secretKeys,
        tuning: {
          poolSize: config.dbPool,
          passwordHashing: {
            memoryKiB: config.argon2MemoryKib,
            passes: config.argon2Passes,
            parallel: config.loginHashParallelism,
          },
        },
        report: (trouble, error) => log.warn(trouble, { error }),
        checked: (check) => measures.credentialCheck(check),
      });
      try {
        return { identity, live: await openLiveStore(config, stores, log) };
      } catch (error) {
        // Nobody else would close it, and what is open keeps the process alive.
        await identity.close();
        throw error;
      }
    },
    CONFIG,
    STORES,
    EVENT_LOG,
    MEASURES,
  ),
  provide(IDENTITY_STORE, ({ identity }: OpenedStores) => identity, OPENED_STORES),
  provide(LIVE_STORE, ({ live }: OpenedStores) => live, OPENED_STORES),
];

const openLiveStore = (config: Config, stores: Stores, log: EventLog): Promise<LiveStore> =>
  connectLiveStore({
    redis: stores.redis,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    randomness: systemRandomness,
    onConnectionError: (error) => log.warn('redis_connection_lost', { error }),
    graceS: config.keepAliveGraceS,
    tombstoneS: config.tombstoneS,
    nonceTtlMs: config.nonceTtlS * 1000,
    setupTtlMs: config.setupTtlS * 1000,
    loginAttempts: {
      perUser: config.loginAttempts,
      perPeer: config.loginAttemptsPerPeer,
      strangersPerS: config.loginStrangersPerS,
      windowMs: config.loginAttemptsWindowS * 1000,
      knownMs: config.loginKnownClientS * 1000,
    },
  });
