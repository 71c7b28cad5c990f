import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { connectLiveStore } from '@sap2/live-store';
import type { ServiceID, UserSessionID } from '@sap2/session-core';
import type { LoadPlan, Scenario } from '../plan.js';
import { WrongAnswer } from '../line.js';

/** As the service hashes where its configuration says nothing. */
const HASHING = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const A_MINUTE_MS = 60_000;

/** The keep-alive's own script, asked by one client of Redis: neither HTTP nor XML. */
export async function renewals({
  redis,
  peer,
  sessions = [],
  batch = 1,
  connections,
}: LoadPlan): Promise<Scenario> {
  if (redis === undefined) throw new Error('The scenario lua needs a Redis');
  const store = await connectLiveStore({
    redis: { kind: 'single', url: redis.url },
    owner: redis.owner,
    keyPrefix: '',
    commandTimeoutMs: A_MINUTE_MS,
    randomness: { bytes: randomBytes, fraction: Math.random },
    onConnectionError: (error) => {
      throw error;
    },
    onSubscriptionFailed: (error) => {
      throw error;
    },
    graceS: 60,
    tombstoneS: 3_600,
    nonceTtlMs: A_MINUTE_MS,
    loginAttempts: {
      perUser: 5,
      perPeer: 500,
      strangersPerS: 10,
      windowMs: A_MINUTE_MS,
      knownMs: A_MINUTE_MS,
    },
    setups: { lifeMs: A_MINUTE_MS, perAddress: 1, inAll: 1, wrongPerAddress: 1 },
  });
  const caller = { peer: peer.serviceID as ServiceID, account: undefined, clientKey: undefined };
  return {
    run: async (connection, turn) => {
      const first = (turn * connections + connection) * batch;
      const asked = Array.from({ length: batch }, (_, i) => ({
        id: (sessions[(first + i) % sessions.length]?.[0] ?? '') as UserSessionID,
        keepAliveTimeS: undefined,
      }));
      const outcomes = await store.sessions.renew(asked, caller, undefined);
      const wrong = outcomes.find(({ kind }) => kind !== 'renewed');
      if (wrong !== undefined) throw new WrongAnswer(wrong.kind);
    },
    close: () => store.close(),
  };
}

/** Checks of a password, and nothing else. */
export async function hashes(): Promise<Scenario> {
  const password = randomBytes(12).toString('hex');
  const phc = await hash(password, HASHING);
  return {
    run: async () => {
      if (!(await verify(phc, password))) throw new WrongAnswer('a wrong password');
    },
    close: () => Promise.resolve(),
  };
}
