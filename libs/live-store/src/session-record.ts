import { clientKeyOf, type ClientKey, type UserSession } from '@sap2/session-core';
import { hashOf } from './keys.js';

/** A client is only ever compared: its hash is shorter than most, and says nothing about a handset. */
export const clientHash = (key: ClientKey): string => hashOf(key);

/** What the live store keeps of a session, as the scripts take it; the rest is the ledger's. */
export function fieldsOf(session: UserSession): string {
  const fields = {
    account: session.account,
    client: clientHash(clientKeyOf(session.client)),
    peer: session.peer,
    keepAliveTimeS: session.keepAliveTimeS,
    cspVersion: session.cspVersion,
    ...(session.sapEpoch === undefined ? {} : { sapEpoch: session.sapEpoch }),
  };
  return JSON.stringify(Object.entries(fields).flat().map(String));
}
