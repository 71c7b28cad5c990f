import type { CspClientID } from '@sap2/csp-wire';
import type { WireClientID } from '@sap2/ssp-wire';
import { foldUser } from './user-routes.js';

/** The ClientID as SAP 2 gets it. A number that the network has asserted replaces the number of the handset. */
export function wireClientID(
  clientID: CspClientID | undefined,
  msisdn: string | undefined,
): WireClientID | undefined {
  if (clientID === undefined && msisdn === undefined) return undefined;
  return {
    url: clientID?.url,
    msisdn: msisdn ?? clientID?.msisdn,
    text: undefined,
    applicationID: clientID?.applicationID,
  };
}

/** A stable text for a ClientID; profiles compare its beginning. */
export const textOfClientID = (clientID: CspClientID | undefined): string =>
  clientID?.url ?? clientID?.msisdn ?? clientID?.applicationID ?? '';

/**
 * Names one client of one user among those of this gateway. Some products send the same ClientID from every handset,
 * so the user is a part of it.
 */
export const clientKey = (userID: string, clientID: CspClientID | undefined): string =>
  JSON.stringify([foldUser(userID), clientID?.url, clientID?.msisdn, clientID?.applicationID]);
