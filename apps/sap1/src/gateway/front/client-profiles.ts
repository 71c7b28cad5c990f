import type { CspClientID } from '@sap2/csp-wire';
import type { ClientProfile } from '../config/gateway-settings.js';
import { textOfClientID } from './client-ids.js';

const USUAL: Pick<ClientProfile, 'challengeCode' | 'emptyGetList'> = {
  challengeCode: 401,
  emptyGetList: false,
};

/** The habits of this product, by the beginning of its ClientID. */
export function profileOf(
  profiles: readonly ClientProfile[],
  clientID: CspClientID | undefined,
): Pick<ClientProfile, 'challengeCode' | 'emptyGetList'> {
  const text = textOfClientID(clientID);
  return profiles.find((profile) => text.startsWith(profile.clientID)) ?? USUAL;
}
