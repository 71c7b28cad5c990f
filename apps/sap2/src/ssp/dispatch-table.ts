import { endSspSession, keepSspSession, type SspSessions } from '@sap2/peer-link';
import { spInfo, type SpInfoNeeds } from './handlers/get-sp-info.handler.js';
import { userKeepAlive, type UserKeepAliveNeeds } from './handlers/user-keep-alive.handler.js';
import { userLogin, type UserLoginNeeds } from './handlers/user-login.handler.js';
import { userLogout, type UserLogoutNeeds } from './handlers/user-logout.handler.js';
import { userService, type UserServiceNeeds } from './handlers/user-service.handler.js';
import type { DispatchTable } from './request-context.js';
import type { SpeakerHints } from './speaker-hints.js';
import { bareStatus } from './status-table.js';

type Operations = UserLoginNeeds &
  UserLogoutNeeds &
  UserKeepAliveNeeds &
  SpInfoNeeds &
  UserServiceNeeds & { readonly sspSessions: SspSessions; readonly hints: Pick<SpeakerHints, 'forget'> };

/** Every request that a peer may send, and who serves it. A new primitive does not compile until it has a row. */
export function dispatchTable(on: Operations): DispatchTable {
  return {
    UserLoginRequest: userLogin(on),
    UserLogoutRequest: userLogout(on),
    UserKeepAliveRequest: userKeepAlive(on),
    GetSPInfoRequest: spInfo(on),
    UserServiceRequest: userService(on),
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
