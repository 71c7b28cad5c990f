import { connectIdentityStore, type IdentityStore } from '@sap2/identity-store';
import { connectLiveStore, type LiveStore } from '@sap2/live-store';
import { MIGRATIONS } from '../../../migrations/index.js';
import { hashesAtOnceOf } from './cores.js';
import type { Stores } from './open-stores.js';
import { type Base, systemClock, systemRandomness } from './authority/base.js';

/** A store that takes longer is as good as away: the peer gets 503 and repeats. */
const COMMAND_TIMEOUT_MS = 3_000;

/**
 * Both stores, migrated and answering.
 *
 * @throws what the stores throw when they cannot be reached; then nothing stays open
 */
export async function connectStores(base: Base, stores: Stores) {
  const identity = await connectPostgres(base, stores);
  try {
    return { identity, live: await connectRedis(base, stores, await identity.installationID()) };
  } catch (error) {
    // What is open keeps the process alive.
    await identity.close();
    throw error;
  }
}

const connectPostgres = ({ config, log, measures }: Base, stores: Stores): Promise<IdentityStore> =>
  connectIdentityStore({
    url: stores.databaseUrl,
    migrationUrl: config.migrationDatabaseUrl,
    applicationName: 'sap2',
    clock: systemClock,
    migrations: MIGRATIONS,
    secretKeys: stores.secretKeys,
    // Of the process that drops months: a command with another environment changes nothing.
    auditKeepMonths: config.roles.has('sweeper') ? config.auditKeepMonths : undefined,
    tuning: {
      poolSize: config.dbPool,
      endedAtOnce: config.endedAtOnce,
      signingKeyDays: config.ssfKeyDays,
      passwordHashing: {
        memoryKiB: config.argon2MemoryKib,
        passes: config.argon2Passes,
        parallel: hashesAtOnceOf(config),
      },
    },
    report: (trouble, error) => log.warn(trouble, { error }),
    checked: (check) => measures.credentialCheck(check),
  });

const connectRedis = ({ config, log }: Base, stores: Stores, owner: string): Promise<LiveStore> =>
  connectLiveStore({
    redis: stores.redis,
    keyPrefix: config.redisPrefix,
    owner,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    randomness: systemRandomness,
    onConnectionError: (error) => log.warn('redis_connection_lost', { error }),
    onSubscriptionFailed: (error) => log.warn('redis_subscription_failed', { error }),
    graceS: config.keepAliveGraceS,
    tombstoneS: config.tombstoneS,
    nonceTtlMs: config.nonceTtlS * 1000,
    setups: {
      lifeMs: config.setupTtlS * 1000,
      perAddress: config.setupsPerAddress,
      inAll: config.setupsInAll,
      wrongPerAddress: config.wrongDigestsPerAddress,
    },
    loginAttempts: {
      perUser: config.loginAttempts,
      perPeer: config.loginAttemptsPerPeer,
      strangersPerS: config.loginStrangersRate,
      windowMs: config.loginAttemptsWindowS * 1000,
      knownMs: config.loginKnownClientS * 1000,
    },
  });
