import { randomBytes } from 'node:crypto';
import { BenchWorld, STEADY } from '../bench-world.js';
import type { Common } from './cases.js';

/** Of each the service computes a hash before it serves. */
const USERS = 128;
/** As the service hashes where its configuration says nothing: the baseline `hash` does the same. */
const HASHING = { SAP2_ARGON2_MEMORY_KIB: '19456', SAP2_ARGON2_PASSES: '2' };
const WARM_UP_MS = 2_000;

export interface LoadWorldOptions {
  readonly measureMs: number;
  /** Live sessions that are kept alive. */
  readonly sessions: number;
  readonly build?: string;
  readonly nodeOptions?: readonly string[];
}

/** A world under load, and what every plan of load in it shares. */
export interface LoadWorld {
  readonly world: BenchWorld;
  readonly common: Common;
}

/** A service with sessions to be kept alive and users that log in. Rates and shares of peers are out of the way. */
export async function startLoadWorld({
  measureMs,
  sessions: count,
  ...options
}: LoadWorldOptions): Promise<LoadWorld> {
  const password = randomBytes(12).toString('hex');
  const users = Array.from({ length: USERS }, (_, i) => `wv:login-${i}@provider.example`);
  const world = await BenchWorld.start({
    users: users.map((userID) => ({ userID, password })),
    environment: HASHING,
    ...options,
  });
  const ids = await world.ledger.addSessions('kept', STEADY.serviceID, count);
  await world.putIntoRedis(ids.length);
  const sessions = ids.map((id, i) => [id, `wv:kept-${i}@provider.example`] as const);
  const url = world.service.sspUrl;
  const redis = { url: world.urls.redis, owner: await world.ledger.installationID() };
  const { postgres } = world.urls;
  return {
    world,
    common: {
      url,
      peer: STEADY,
      warmUpMs: WARM_UP_MS,
      measureMs,
      sessions,
      users,
      password,
      redis,
      postgres,
    },
  };
}
