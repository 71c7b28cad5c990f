import type { SapKeepAliveResponse, StatusAnswer } from '@sap2/ssp-wire';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';
import { statusOf } from './set-up-messages.js';

/** `KeepAliveRequest` between SAPs: the message that carried it has prolonged the session already (ssp-binding §3). */
export function keepSspSession({ timeToLiveS }: SspSession): SapKeepAliveResponse {
  return { kind: 'KeepAliveResponse', timeToLive: timeToLiveS, status: statusOf(200, undefined) };
}

/** `LogoutRequest` between SAPs. User sessions outlive it (ssp-binding §3). */
export async function endSspSession(session: SspSession, sspSessions: SspSessions): Promise<StatusAnswer> {
  await sspSessions.remove(session);
  return { kind: 'Status', status: statusOf(200, undefined) };
}
