import {
  type AuthenticationPorts,
  type AuthenticationRefusal,
  AuthenticateUser,
} from './authenticate-user.js';
import type { LoginRequest } from './login-request.js';
import { OpenSession, type OpenSessionOutcome, type OpenSessionPorts } from './open-session.js';
import { ResumeSession, type ResumeSessionOutcome, type ResumeSessionPorts } from './resume-session.js';
import { expandRequest } from './service-tree.js';
import type { SessionPolicy } from './session-policy.js';
import { parseCspVersion } from './csp-version.js';

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
    const { peer, user, transactionID, proof, userSessionID, functions } = login;
    if (!this.mayComeThisWay(login)) return { kind: 'password-not-allowed' };
    const version = parseCspVersion(login.cspVersion);
    if (!version.ok) return { kind: 'unknown-version' };
    // A resumed session has a version of its own, and its functions are read by that one.
    const asked =
      userSessionID === undefined && functions ? expandRequest(functions, version.value) : undefined;
    if (asked?.ok === false) return { kind: 'functions-invalid' };

    const authenticated = await this.authenticateUser.execute({ peer, user, transactionID, proof });
    if (authenticated.kind !== 'authenticated') return authenticated;
    if (userSessionID !== undefined) return this.resumeSession.execute(login, userSessionID);
    return this.openSession.execute({
      login,
      account: authenticated.account,
      version: version.value,
      asked: asked?.value,
    });
  }

  private mayComeThisWay({ peer, proof, secureTransport }: LoginRequest): boolean {
    if (proof.scheme !== 'password' || secureTransport) return true;
    return this.ports.directory.entitlement(peer)?.allowPasswordOverHttp ?? false;
  }
}
