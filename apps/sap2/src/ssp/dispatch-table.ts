import { endSspSession, keepSspSession, type SspSessions } from '@sap2/peer-link';
import type {
  CheckEntitlement,
  BeginLogin,
  CompleteLogin,
  GetSpInfo,
  KeepAlive,
  LiveSessions,
  LogOut,
  NegotiateServices,
  SessionPolicy,
  Sync,
} from '@sap2/session-core';
import { GetSpInfoHandler } from './handlers/get-sp-info.handler.js';
import { UserKeepAliveHandler } from './handlers/user-keep-alive.handler.js';
import { UserLoginHandler } from './handlers/user-login.handler.js';
import { UserLogoutHandler } from './handlers/user-logout.handler.js';
import { UserServiceHandler } from './handlers/user-service.handler.js';
import type { DispatchTable } from './request-context.js';
import type { SpeakerHints } from './speaker-hints.js';
import { bareStatus } from './status-table.js';

export interface Operations {
  readonly entitlement: CheckEntitlement;
  readonly beginLogin: BeginLogin;
  readonly completeLogin: CompleteLogin;
  readonly logOut: LogOut;
  readonly keepAlive: KeepAlive;
  readonly sync: Sync;
  readonly getSpInfo: GetSpInfo;
  readonly negotiate: NegotiateServices;
  readonly policy: SessionPolicy;
  readonly live: LiveSessions;
  readonly sspSessions: SspSessions;
  readonly hints: Pick<SpeakerHints, 'forget'>;
}

/** Every request that a peer may send, and who serves it. A new primitive does not compile until it has a row. */
export function dispatchTable(on: Operations): DispatchTable {
  return {
    UserLoginRequest: new UserLoginHandler(on.entitlement, on.beginLogin, on.completeLogin, on.live),
    UserLogoutRequest: new UserLogoutHandler(on.entitlement, on.logOut),
    UserKeepAliveRequest: new UserKeepAliveHandler(
      on.entitlement,
      on.keepAlive,
      on.sync,
      on.policy.keepAliveDefaultS,
    ),
    GetSPInfoRequest: new GetSpInfoHandler(on.entitlement, on.getSpInfo),
    UserServiceRequest: new UserServiceHandler(on.entitlement, on.negotiate),
    KeepAliveRequest: {
      repetition: 'executed-again',
      urgency: 'keep-alive',
      touches: () => [],
      handle: (_request, { session }) => Promise.resolve(keepSspSession(session)),
    },
    LogoutRequest: {
      repetition: 'executed-again',
      urgency: 'logout',
      touches: () => [],
      handle: (_request, { session }) => {
        on.hints.forget(session.theirID);
        return endSspSession(session, on.sspSessions);
      },
    },
    // Ours to send and a peer's to answer: in this direction it is an unknown primitive (ssp-binding §4).
    UserDisconnectRequest: {
      repetition: 'executed-again',
      urgency: 'login',
      touches: () => [],
      handle: () => Promise.resolve(bareStatus(405, 'Only SAP 2 sends disconnects.')),
    },
  };
}
