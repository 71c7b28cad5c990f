import type { AccountID, ClientID, Domain, FunctionName, ServiceID, UserSession } from '@sap2/session-core';
import { domainOfAccount, newUserSessionID, parseOffer } from '@sap2/session-core';
import { SeededRandomness } from '../fakes/seeded-randomness.js';

/** The one domain served in every contract, and the two peers that have an agreement about it. */
export const PROVIDER = 'provider.example' as Domain;
export const OPERATOR = 'wv:@operator.example' as ServiceID;
export const OTHER_OPERATOR = 'wv:@other.example' as ServiceID;

export const accountNamed = (local: string): AccountID => `wv:${local}@${PROVIDER}` as AccountID;
export const ALICE = accountNamed('alice');
export const BOB = accountNamed('bob');

export const clientAt = (url: string): ClientID => ({
  url,
  msisdn: undefined,
  text: undefined,
  applicationID: undefined,
});
export const PHONE = clientAt('phone-1@handset');
export const TABLET = clientAt('tablet-1@handset');

const randomness = new SeededRandomness(20_260_101);

/** A session of alice's phone that never was before; whatever is not said is ordinary. */
export function aSession(particulars: Partial<UserSession> = {}): UserSession {
  const account = particulars.account ?? ALICE;
  return {
    id: newUserSessionID(account, randomness),
    account,
    domain: domainOfAccount(account),
    userID: account,
    client: PHONE,
    peer: OPERATOR,
    keepAliveTimeS: 3600,
    cspVersion: '1.2',
    sapEpoch: undefined,
    sessionCookie: undefined,
    capabilityList: undefined,
    agreedServices: [],
    startedAtMs: Date.UTC(2026, 0, 1),
    ...particulars,
  };
}

/** Functions by their names, in the order in which they are said. */
export const functionsNamed = (...names: readonly string[]): FunctionName[] => {
  const parsed = parseOffer(names);
  if (!parsed.ok) throw new Error(`no functions: ${parsed.error.unknownNames.join(' ')}`);
  return [...parsed.value];
};
