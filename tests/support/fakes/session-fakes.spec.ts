import { describe, expect, it } from '@jest/globals';
import { SHARD_COUNT } from '@sap2/session-core';
import { ALICE, aSession, BOB } from '../contracts/contract-world.js';
import { describeLiveSessionsContract } from '../contracts/live-sessions.contract.js';
import { describeLoginAttemptsContract } from '../contracts/login-attempts.contract.js';
import { describeNoncesContract } from '../contracts/nonces.contract.js';
import { describeSessionLedgerContract } from '../contracts/session-ledger.contract.js';
import { describeSyncPartsContract } from '../contracts/sync-parts.contract.js';
import { plain } from '../contracts/plain-port.js';
import {
  describeUserDirectoriesContract,
  PASSWORD_IN_DIRECTORY,
} from '../contracts/user-directories.contract.js';
import { describeUsersContract } from '../contracts/users.contract.js';
import { FakeAccounts } from './fake-accounts.js';
import { FakeLiveSessions } from './fake-live-sessions.js';
import { FakeLoginAttempts } from './fake-login-attempts.js';
import { FakeNonces } from './fake-nonces.js';
import { FakeSessionLedger } from './fake-session-ledger.js';
import { FakeSyncParts } from './fake-sync-parts.js';
import { FakeUserDirectories } from './fake-user-directories.js';
import { ManualClock } from './manual-clock.js';
import { userOf, withPassword } from './session-world.js';
import { UserWorld } from './user-world.js';

const timeOf = (clock: ManualClock) => ({
  letPass: async (ms: number): Promise<void> => clock.advance(ms),
  wait: async (ms: number): Promise<void> => clock.advance(ms),
  close: async (): Promise<void> => {},
});

describeLiveSessionsContract('FakeLiveSessions', async () => {
  const clock = new ManualClock();
  const live = new FakeLiveSessions(clock, 0);
  return {
    live,
    ends: live,
    ...timeOf(clock),
    nowMs: async () => clock.nowMs(),
    loseEverything: async () => live.loseEverything(),
  };
});

describeUserDirectoriesContract('FakeUserDirectories', async () => {
  const directories = new FakeUserDirectories();
  for (const account of [ALICE, BOB]) directories.add(account, PASSWORD_IN_DIRECTORY);
  return {
    directories,
    setAway: async (isAway) => {
      directories.isAway = isAway;
    },
    close: async () => {},
  };
});

describeUsersContract('FakeUsers', async () => {
  const world = new UserWorld();
  return {
    users: plain(world.users),
    logIn: (account, password) => world.logIn({ user: userOf(account), proof: withPassword(password) }),
    isLive: async (id) => (await world.ledger.find(id)) !== undefined,
    owedFor: async (id) => world.ledger.outbox.find((ended) => ended.id === id)?.cause,
  };
});

describeSessionLedgerContract('FakeSessionLedger', async () => {
  const clock = new ManualClock();
  const accounts = new FakeAccounts();
  accounts.add(ALICE, 'secret');
  accounts.add(BOB, 'secret');
  return {
    ledger: plain(new FakeSessionLedger(clock, accounts)),
    ...timeOf(clock),
    nowMs: () => clock.nowMs(),
    changeAccount: async (account, change) => accounts.change(account, change),
  };
});

describeNoncesContract('FakeNonces', async () => {
  const clock = new ManualClock();
  const nonces = new FakeNonces(clock);
  const attempts = new FakeLoginAttempts(clock, undefined, nonces);
  return { nonces, attempts, lifeMs: 120_000, ...timeOf(clock) };
});

describeLoginAttemptsContract('FakeLoginAttempts', async () => {
  const clock = new ManualClock();
  const rules = {
    perUser: 5,
    perPeer: 20,
    strangersPerS: 1,
    windowMs: 300_000,
    knownMs: 86_400_000,
    leaseMs: 60_000,
  };
  return { attempts: new FakeLoginAttempts(clock, rules), ...rules, ...timeOf(clock) };
});

describeSyncPartsContract('FakeSyncParts', async () => {
  const clock = new ManualClock();
  const parts = new FakeSyncParts(clock);
  return { parts, lifeMs: 60_000, ...timeOf(clock), nowMs: async () => clock.nowMs() };
});

describe('FakeLiveSessions that a test made unreachable', () => {
  it('loses nothing', async () => {
    const live = new FakeLiveSessions(new ManualClock());
    await live.put(aSession());
    live.answersLeft = 0;
    await expect(live.count()).rejects.toThrow('cut off');
    live.answersLeft = Infinity;
    expect(await live.count()).toEqual({ sessions: 1, deadlines: 1 });
    expect(await live.lostShards()).not.toHaveLength(SHARD_COUNT);
  });
});
