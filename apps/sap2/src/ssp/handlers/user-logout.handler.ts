import type { CheckEntitlement, LogOut } from '@sap2/session-core';
import type { UserLogoutRequest } from '@sap2/ssp-wire';
import type { Route } from '../request-context.js';
import { logOutAnswer, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

export interface UserLogoutNeeds {
  readonly entitlement: CheckEntitlement;
  readonly logOut: LogOut;
}

/** ssp-binding §4.2 */
export const userLogout = ({ entitlement, logOut }: UserLogoutNeeds): Route<UserLogoutRequest> => ({
  repetition: 'stored-answer',
  urgency: 'logout',
  touches: ({ metaInfo, userSessionID }) => namesOf(metaInfo, userSessionID),
  handle: async ({ metaInfo, userSessionID }, { peer }) => {
    const { serviceID: requestor, user } = metaInfo.requestor;
    const entitled = entitlement.execute({ peer, requestor, user, needs: 'user' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, logOutAnswer);
    return logOutAnswer(await logOut.execute({ peer, user: entitled.user, userSessionID }));
  },
});
