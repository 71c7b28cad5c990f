import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { startTestRedis, type TestDatabase, type TestServer } from '@sap2/test-support';
import type { RawUser } from '../../support/peers/raw-user.js';
import { CountedLine } from '../../support/servers/counted-line.js';
import { CONFORMANCE_SEED, ConformanceWorld } from '../../support/service/conformance-world.js';
import { createMigratedDatabase } from '../../support/service/migrated-database.js';

/** What leaves with an answer or right after it belongs to its operation. */
const SETTLED_MS = 30;
/** The service also works without requests, such as its beat of each second. So the least of several tries counts. */
const TRIES = 6;

interface RoundTrips {
  readonly redis: number;
  readonly postgres: number;
}

const world = new ConformanceWorld();
let database: TestDatabase;
let redis: TestServer;
let toRedis: CountedLine;
let toPostgres: CountedLine;

beforeAll(async () => {
  [database, redis] = await Promise.all([createMigratedDatabase(), startTestRedis()]);
  [toRedis, toPostgres] = await Promise.all([CountedLine.to(redis.url), CountedLine.to(database.serviceUrl)]);
  const stores = {
    DATABASE_URL: toPostgres.url,
    SAP2_MIGRATION_DATABASE_URL: database.url,
    REDIS_URL: toRedis.url,
    SAP2_ROLES: 'ssp',
    SAP2_SESSIONS_PER_USER: '1',
  };
  await world.start(stores, CONFORMANCE_SEED);
});

afterAll(async () => {
  await world.stop();
  toRedis.close();
  toPostgres.close();
  await redis.stop();
  await database.drop();
});

/** The fewest round trips of the operation. Its preparation does not count. */
async function roundTripsOf<T>(
  prepare: (attempt: number) => Promise<T>,
  operation: (prepared: T) => Promise<{ readonly code: number }>,
  code: number,
): Promise<RoundTrips> {
  const counts: RoundTrips[] = [];
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const prepared = await prepare(attempt);
    await pause(SETTLED_MS);
    toRedis.takeCount();
    toPostgres.takeCount();
    expect((await operation(prepared)).code).toBe(code);
    await pause(SETTLED_MS);
    counts.push({ redis: toRedis.takeCount(), postgres: toPostgres.takeCount() });
  }
  return {
    redis: Math.min(...counts.map((count) => count.redis)),
    postgres: Math.min(...counts.map((count) => count.postgres)),
  };
}

const aUser = (): Promise<RawUser> => Promise.resolve(world.newUser());

async function challenged(user: RawUser): Promise<{ readonly user: RawUser; readonly nonce: string }> {
  const challenge = await user.challenge('SHA-256');
  return { user, nonce: challenge.text('Nonce') ?? '' };
}

async function loggedIn(): Promise<{ readonly user: RawUser; readonly session: string }> {
  const user = world.newUser();
  return { user, session: await user.session() };
}

describe('round trips to the stores, the one after the answer included', () => {
  it('of phase 1 of a login', async () => {
    const trips = await roundTripsOf(aUser, (user) => user.challenge('SHA-256'), 401);
    expect(trips).toEqual({ redis: 3, postgres: 0 });
  });

  it('of phase 2', async () => {
    const trips = await roundTripsOf(
      () => challenged(world.newUser()),
      ({ user, nonce }) => user.respond('SHA-256', nonce),
      200,
    );
    expect(trips).toEqual({ redis: 5, postgres: 2 });
  });

  it('of a two-way login', async () => {
    const trips = await roundTripsOf(aUser, (user) => user.logIn(), 200);
    expect(trips).toEqual({ redis: 5, postgres: 2 });
  });

  it('of a login that replaces a session of its client', async () => {
    const trips = await roundTripsOf(loggedIn, ({ user }) => user.logIn(), 200);
    expect(trips).toEqual({ redis: 6, postgres: 2 });
  });

  it('of a login over the limit, which evicts a session', async () => {
    const trips = await roundTripsOf(loggedIn, ({ user }) => user.on('another').logIn(), 200);
    expect(trips).toEqual({ redis: 7, postgres: 4 });
  });

  it('of a keep-alive', async () => {
    const trips = await roundTripsOf(loggedIn, ({ user, session }) => user.keepAlive(session), 200);
    expect(trips).toEqual({ redis: 1, postgres: 0 });
  });

  it('of a logout', async () => {
    const trips = await roundTripsOf(loggedIn, ({ user, session }) => user.logOut(session), 200);
    expect(trips).toEqual({ redis: 4, postgres: 1 });
  });
});
