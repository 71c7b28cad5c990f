import { assertNever, type Clock, type Randomness } from '@sap2/kernel';
import { callerOf } from './check-entitlement.js';
import type { SessionEnd } from './end/session-end.js';
import { expireSessionsOf } from './expire-sessions.js';
import { type AccountID, newUserSessionID, type UserSessionID } from './ids.js';
import type { LoggedIn, LoginRequest, Overtaken } from './login-request.js';
import type { Account } from './ports/accounts.port.js';
import type { Directory } from './ports/directory.port.js';
import type { LiveSessions } from './ports/live-sessions.port.js';
import type {
  OpenOutcome,
  SecondLoginPolicy,
  SessionBirth,
  SessionLedger,
} from './ports/session-ledger.port.js';
import { serviceOffer } from './service-offer.js';
import { deniedTree, type FunctionName } from './service-tree.js';
import { grantedKeepAliveS, type SessionPolicy } from './session-policy.js';
import type { CspVersion } from './csp-version.js';
import type { UserSession } from './user-session.js';

export interface OpenSessionPorts {
  readonly directory: Directory;
  readonly ledger: SessionLedger;
  readonly live: LiveSessions;
  readonly end: SessionEnd;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Hears of each birth once, in the process that opened the session. */
  readonly onOpened: () => void;
}

/** A login whose user is known and whose version and functions were understood. */
export interface OpenSessionRequest {
  readonly login: LoginRequest;
  readonly reservation: Reservation;
  readonly account: Account;
  readonly version: CspVersion;
  /** Undefined: no services are negotiated. */
  readonly asked: ReadonlySet<FunctionName> | undefined;
  /** Called once: the ledger opened the session, refused to, or failed. */
  readonly onDecided: () => void;
}

/** An id that a disconnect must not name before the login answer does. */
export interface Reservation {
  readonly id: UserSessionID;
  readonly made: Promise<void>;
}

export type OpenSessionOutcome =
  | LoggedIn
  | Overtaken
  /** 603 */
  | { readonly kind: 'already-logged-in' }
  /** 603 */
  | { readonly kind: 'too-many-sessions' }
  /** 403: the agreement ended while the login was under way. */
  | { readonly kind: 'not-entitled' };

/**
 * Makes a session for an authenticated user. The ledger decides. The live store first removes what the ledger
 * ended, so it never holds too many sessions of a user.
 */
export class OpenSession {
  constructor(
    private readonly ports: OpenSessionPorts,
    private readonly policy: SessionPolicy,
  ) {}

  /** Asks for it, and does not wait. */
  reserve(account: AccountID): Reservation {
    const id = newUserSessionID(account, this.ports.randomness);
    const made = this.ports.live.reserve(id);
    // The login that it was made for may fail before it waits for it.
    made.catch(() => undefined);
    return { id, made };
  }

  /** No session gets this id. */
  release({ id }: Reservation): Promise<void> {
    return this.ports.live.handedOver(id);
  }

  async execute(request: OpenSessionRequest): Promise<OpenSessionOutcome> {
    const { directory, live } = this.ports;
    const { login, account, version, asked } = request;
    const { peer, user, transactionID } = login;
    const offered = serviceOffer(directory, peer, user.domain, version);
    const session = this.draft(request, offered);
    const birth = { session, transactionID, accountVersion: account.version };
    const opened = await this.open(birth, request);
    switch (opened.kind) {
      case 'opened':
      case 'repeated':
        break;
      case 'already-logged-in':
      case 'too-many-sessions':
      case 'not-entitled':
        return opened;
      case 'account-changed':
        // Neither "wrong password" nor "suspended" is known to be true any more.
        return { kind: 'overtaken' };
      default:
        return assertNever(opened);
    }
    if ((await live.put(opened.session)) === 'ended' && !(await this.madeWay(login, opened.session))) {
      return { kind: 'overtaken' };
    }
    return {
      kind: 'logged-in',
      sessionID: opened.session.id,
      keepAliveTimeS: opened.session.keepAliveTimeS,
      capabilityRequest: login.capabilityList === undefined,
      agreedCapabilityList: opened.session.capabilityList,
      denied: asked && deniedTree(asked, offered, version),
    };
  }

  private async open(
    birth: SessionBirth,
    { reservation, onDecided }: OpenSessionRequest,
  ): Promise<OpenOutcome> {
    try {
      await reservation.made;
      return await this.openWhereRoomIs(birth);
    } finally {
      onDecided();
    }
  }

  /**
   * A session past its deadline must not cost a live session or the login itself. So the first transaction evicts
   * nothing. If there is no room, the overdue sessions of the account end, and a second transaction applies the policy.
   */
  private async openWhereRoomIs(birth: SessionBirth): Promise<OpenOutcome> {
    const { secondLogin } = this.policy;
    const opened = await this.openUnder({ ...secondLogin, overLimit: 'reject' }, birth);
    if (opened.kind !== 'too-many-sessions' && opened.kind !== 'already-logged-in') return opened;
    const overdue = await expireSessionsOf(birth.session.account, this.ports);
    if (overdue === 0 && secondLogin.overLimit === 'reject') return opened;
    return this.openUnder(secondLogin, birth);
  }

  private async openUnder(policy: SecondLoginPolicy, birth: SessionBirth): Promise<OpenOutcome> {
    const { ledger, end, onOpened } = this.ports;
    const opening = await ledger.open(birth, policy);
    const counted = opening.map((outcome) => {
      if (outcome.kind === 'opened') onOpened();
      return outcome;
    });
    return end.announce(Promise.resolve(counted));
  }

  /** Whether a later login already ended it. Then this login stands, and its disconnect follows its answer. */
  private async madeWay({ peer, user }: LoginRequest, { id }: UserSession): Promise<boolean> {
    const seen = await this.ports.live.look(id, callerOf(peer, user));
    return seen.kind === 'ended' && (seen.cause === 'replaced' || seen.cause === 'evicted');
  }

  private draft(
    { login, reservation: { id }, version, asked = new Set() }: OpenSessionRequest,
    offered: ReadonlySet<FunctionName>,
  ): UserSession {
    const { peer, user, sapEpoch, sessionCookie, capabilityList } = login;
    return {
      id,
      account: user.account,
      domain: user.domain,
      userID: user.userID,
      client: user.client,
      peer,
      keepAliveTimeS: grantedKeepAliveS(login.timeToLiveS ?? this.policy.keepAliveDefaultS, this.policy, id),
      cspVersion: version,
      sapEpoch,
      sessionCookie,
      capabilityList,
      agreedServices: [...asked].filter((name) => offered.has(name)),
      startedAtMs: this.ports.clock.nowMs(),
    };
  }
}
