import {
  type AccountID,
  type EntitledUser,
  type CompleteLoginPorts,
  CompleteLogin,
  domainOfAccount,
  type LoginProof,
  type LoginRequest,
  type LoginUser,
  SessionEnd,
  type EndedSession,
  type SessionPolicy,
  SHARD_COUNT,
  ExpireSessions,
  Grants,
  type ServiceID,
  type UserSessionID,
} from '@sap2/session-core';
import { ALICE, BOB, OPERATOR, OTHER_OPERATOR, PHONE, PROVIDER } from '../contracts/contract-world.js';
import { FakeAccounts, FakeCredentials } from './fake-accounts.js';
import { FakeDirectory } from './fake-directory.js';
import { FakeLiveSessions } from './fake-live-sessions.js';
import { FakeLoginAttempts } from './fake-login-attempts.js';
import { FakeNonces } from './fake-nonces.js';
import { FakeSessionLedger } from './fake-session-ledger.js';
import { FakeUserDirectories } from './fake-user-directories.js';
import { FakeSyncParts } from './fake-sync-parts.js';
import { ManualClock } from './manual-clock.js';
import { SeededRandomness } from './seeded-randomness.js';

export const PASSWORD = 'secret';
export const GRACE_S = 60;

export const USUAL_POLICY: SessionPolicy = {
  keepAliveMinS: 60,
  keepAliveMaxS: 86_400,
  keepAliveDefaultS: 3600,
  secondLogin: { sameClient: 'takeover', sessionsPerUser: 3, overLimit: 'evict-oldest' },
};

export const userOf = (account: AccountID, client = PHONE): LoginUser => ({
  userID: account,
  account,
  domain: domainOfAccount(account),
  client,
});

/** The same user, whose client the request does not name. */
export const someClientOf = (account: AccountID): EntitledUser => ({
  ...userOf(account),
  client: undefined,
});

export const withPassword = (password = PASSWORD): LoginProof => ({ scheme: 'password', password });

/** The same port, some of its answers replaced: for what only happens between two steps. */
export const differing = <Port extends object>(port: Port, answers: Partial<Port>): Port =>
  Object.assign(Object.create(port) as Port, answers);

let transactions = 0;

/** A password login of alice's phone over TLS; whatever is not said is not asked for. */
export const aLogin = (particulars: Partial<LoginRequest> = {}): LoginRequest => ({
  peer: OPERATOR,
  user: userOf(ALICE),
  transactionID: `login-${++transactions}`,
  secureTransport: true,
  proof: withPassword(),
  cspVersion: undefined,
  timeToLiveS: undefined,
  userSessionID: undefined,
  sessionCookie: undefined,
  sapEpoch: undefined,
  functions: undefined,
  capabilityList: undefined,
  ...particulars,
});

/** A provider with alice and bob, two operators that may log them in, and every store that session-core needs. */
export class SessionWorld implements CompleteLoginPorts {
  readonly clock = new ManualClock();
  readonly randomness = new SeededRandomness();
  readonly accounts = new FakeAccounts();
  readonly credentials = new FakeCredentials();
  readonly userDirectories = new FakeUserDirectories();
  readonly nonces = new FakeNonces(this.clock);
  readonly attempts = new FakeLoginAttempts(this.clock, undefined, this.nonces);
  /** What others learnt of locks, in order. */
  readonly lockedOut: { peer: ServiceID; account: AccountID; forMs: number }[] = [];
  readonly locks = {
    locked: (peer: ServiceID, account: AccountID, forMs: number): Promise<void> => {
      this.lockedOut.push({ peer, account, forMs });
      return Promise.resolve();
    },
  };
  readonly directory = new FakeDirectory();
  readonly ledger = new FakeSessionLedger(this.clock, this.accounts);
  readonly live = new FakeLiveSessions(this.clock, GRACE_S);
  /** What was reported: each end once. */
  readonly reported: EndedSession[] = [];
  readonly end = new SessionEnd(this.live, (ended) => void this.reported.push(...ended));
  /** Births that were reported. */
  births = 0;
  readonly onOpened = (): void => void this.births++;
  readonly parts = new FakeSyncParts(this.clock);
  /** Long enough for whatever else is under way to take a step. */
  readonly pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Gives the ledger no time limit. A ledger fails by an exception. */
  readonly grants = new Grants(
    this,
    () => new Promise(() => undefined),
    (error) => this.ledgerFailures.push(error),
  );
  readonly ledgerFailures: unknown[] = [];

  constructor() {
    this.accounts.add(ALICE, PASSWORD);
    this.accounts.add(BOB, PASSWORD);
    this.directory.serve(PROVIDER).entitle(OPERATOR, [PROVIDER]).entitle(OTHER_OPERATOR, [PROVIDER]);
  }

  /** The id of the session that the login makes; it is handed over at once. */
  async logIn(particulars: Partial<LoginRequest> = {}, policy = USUAL_POLICY): Promise<UserSessionID> {
    const outcome = await new CompleteLogin(this, policy).execute(aLogin(particulars));
    if (outcome.kind !== 'logged-in') throw new Error(`the login ended in ${outcome.kind}`);
    await this.live.handedOver(outcome.sessionID);
    return outcome.sessionID;
  }

  /** Everything that is due in any shard. */
  async sweep(): Promise<number> {
    const sweeper = new ExpireSessions(this);
    let ended = 0;
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      let step = await sweeper.execute(shard);
      for (; step.claimed > 0; step = await sweeper.execute(shard)) ended += step.ended;
    }
    return ended;
  }

  /** As an administrator does: those that were live until now. */
  forceEnd(ids: readonly UserSessionID[], onlyOwnedBy?: ServiceID): Promise<readonly EndedSession[]> {
    return this.end.announce(this.ledger.end(ids, 'administrator', { reason: undefined, onlyOwnedBy }));
  }

  async isLive(id: UserSessionID, peer: ServiceID = OPERATOR): Promise<boolean> {
    const seen = await this.live.look(id, { peer, account: undefined, clientKey: undefined });
    return seen.kind === 'renewed' && (await this.ledger.find(id)) !== undefined;
  }
}
