import { callerOf } from './check-entitlement.js';
import { parseUserSessionID } from './ids.js';
import type { LoggedIn, LoginRequest } from './login-request.js';
import type { Directory } from './ports/directory.port.js';
import type { Grants } from './grants.js';
import type { LiveSessions } from './ports/live-sessions.port.js';
import type { SessionLedger } from './ports/session-ledger.port.js';
import { agreeServices } from './service-offer.js';
import { expandRequest, type FunctionName } from './service-tree.js';
import { grantedKeepAliveS, type SessionPolicy } from './session-policy.js';
import type { UserSession } from './user-session.js';

export interface ResumeSessionPorts {
  readonly directory: Directory;
  readonly ledger: SessionLedger;
  readonly live: LiveSessions;
  readonly grants: Pick<Grants, 'renew'>;
}

export type ResumeSessionOutcome =
  | LoggedIn
  /** 502: unknown, another peer's, or closed. */
  | { readonly kind: 'cannot-resume' }
  /** 422 */
  | { readonly kind: 'mismatch' }
  /** 402 */
  | { readonly kind: 'functions-invalid' };

/**
 * Gives an authenticated user its live session again: same id, timer restarted, agreed services kept unless it
 * negotiates new ones. Values that the login does not name stay, also the keep-alive time and the version
 * (ssp-binding §4.1).
 */
export class ResumeSession {
  constructor(
    private readonly ports: ResumeSessionPorts,
    private readonly policy: SessionPolicy,
  ) {}

  async execute(login: LoginRequest, userSessionID: string): Promise<ResumeSessionOutcome> {
    const { live, ledger } = this.ports;
    const id = parseUserSessionID(userSessionID);
    if (!id) return { kind: 'cannot-resume' };
    const seen = await live.look(id, callerOf(login.peer, login.user));
    if (seen.kind === 'mismatch') return { kind: 'mismatch' };
    const stored = seen.kind === 'renewed' ? await ledger.find(id) : undefined;
    if (seen.kind !== 'renewed' || !stored) return { kind: 'cannot-resume' };
    const asked = login.functions && expandRequest(login.functions, stored.cspVersion);
    if (asked?.ok === false) return { kind: 'functions-invalid' };
    return this.resume(login, { ...stored, keepAliveTimeS: seen.keepAliveTimeS }, asked?.value);
  }

  private async resume(
    login: LoginRequest,
    session: UserSession,
    asked: ReadonlySet<FunctionName> | undefined,
  ): Promise<ResumeSessionOutcome> {
    const { grants, ledger } = this.ports;
    const { id } = session;
    const particulars = this.particularsOf(login, session);
    if (!(await ledger.resume(id, particulars))) return { kind: 'cannot-resume' };
    const { keepAliveTimeS, capabilityList } = particulars;
    const caller = callerOf(login.peer, login.user);
    // An epoch that the login does not name stays: the live store may know a newer one than the ledger.
    const [renewed] = await grants.renew([{ id, keepAliveTimeS }], caller, login.sapEpoch);
    if (renewed?.kind !== 'renewed') return { kind: 'cannot-resume' };
    const services = asked && (await agreeServices(this.ports, session, asked));
    if (services?.kind === 'no-longer-live') return { kind: 'cannot-resume' };
    return {
      kind: 'logged-in',
      sessionID: id,
      keepAliveTimeS,
      capabilityRequest: login.capabilityList === undefined,
      agreedCapabilityList: capabilityList,
      denied: services?.denied,
    };
  }

  private particularsOf(login: LoginRequest, stored: UserSession): Parameters<SessionLedger['resume']>[1] {
    return {
      keepAliveTimeS:
        login.timeToLiveS === undefined
          ? stored.keepAliveTimeS
          : grantedKeepAliveS(login.timeToLiveS, this.policy, stored.id),
      sapEpoch: login.sapEpoch ?? stored.sapEpoch,
      sessionCookie: login.sessionCookie ?? stored.sessionCookie,
      capabilityList: login.capabilityList ?? stored.capabilityList,
    };
  }
}
