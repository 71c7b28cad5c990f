import {
  type AuthenticationPorts,
  type AuthenticationRefusal,
  AuthenticateUser,
} from './authenticate-user.js';
import type { LoginRequest } from './login-request.js';
import { OpenSession, type OpenSessionOutcome, type OpenSessionPorts } from './open-session.js';
import { ResumeSession, type ResumeSessionOutcome, type ResumeSessionPorts } from './resume-session.js';
import { expandRequest, type FunctionName } from './service-tree.js';
import type { SessionPolicy } from './session-policy.js';
import { type CspVersion, parseCspVersion } from './csp-version.js';

export type CompleteLoginPorts = AuthenticationPorts & OpenSessionPorts & ResumeSessionPorts;

export type CompleteLoginOutcome =
  | AuthenticationRefusal
  | OpenSessionOutcome
  | ResumeSessionOutcome
  /** 403: a password in the clear, and no agreement that allows it. */
  | { readonly kind: 'password-not-allowed' }
  /** 505 */
  | { readonly kind: 'unknown-version' };

/**
 * Phase 2 of a challenge login, and the whole of a two-way login (ssp-binding §4.1). What can be refused without
 * knowing the user comes first: it reveals nothing, and costs no guess.
 */
export class CompleteLogin {
  private readonly authenticateUser: AuthenticateUser;
  private readonly openSession: OpenSession;
  private readonly resumeSession: ResumeSession;

  constructor(
    private readonly ports: CompleteLoginPorts,
    policy: SessionPolicy,
  ) {
    this.authenticateUser = new AuthenticateUser(ports);
    this.openSession = new OpenSession(ports, policy);
    this.resumeSession = new ResumeSession(ports, policy);
  }

  async execute(login: LoginRequest): Promise<CompleteLoginOutcome> {
    if (!this.mayComeThisWay(login)) return { kind: 'password-not-allowed' };
    const version = parseCspVersion(login.cspVersion);
    if (!version.ok) return { kind: 'unknown-version' };
    // A resumed session has a version of its own, and its functions are read by that one.
    if (login.userSessionID !== undefined) return this.resume(login, login.userSessionID);
    const asked = login.functions && expandRequest(login.functions, version.value);
    if (asked?.ok === false) return { kind: 'functions-invalid' };
    return this.open(login, version.value, asked?.value);
  }

  private async resume(login: LoginRequest, userSessionID: string): Promise<CompleteLoginOutcome> {
    const authenticated = await this.authenticateUser.execute(login);
    if (authenticated.kind !== 'authenticated') return authenticated;
    await authenticated.settle();
    return this.resumeSession.execute(login, userSessionID);
  }

  /** The reservation leaves with the count of the attempt, and the settlement of the attempt with the session. */
  private async open(
    login: LoginRequest,
    version: CspVersion,
    asked: ReadonlySet<FunctionName> | undefined,
  ): Promise<CompleteLoginOutcome> {
    const reservation = this.openSession.reserve(login.user.account);
    const authenticated = await this.authenticateUser.execute(login);
    if (authenticated.kind !== 'authenticated') {
      await this.openSession.release(reservation);
      return authenticated;
    }
    const { account, settle } = authenticated;
    let settled = Promise.resolve();
    const onDecided = (): void => {
      settled = settle();
      // If the login fails too, its caller learns of that failure.
      settled.catch(() => undefined);
    };
    const outcome = await this.openSession.execute({
      login,
      reservation,
      account,
      version,
      asked,
      onDecided,
    });
    await settled;
    return outcome;
  }

  private mayComeThisWay({ peer, proof, secureTransport }: LoginRequest): boolean {
    if (proof.scheme !== 'password' || secureTransport) return true;
    return this.ports.directory.entitlement(peer)?.allowPasswordOverHttp ?? false;
  }
}
