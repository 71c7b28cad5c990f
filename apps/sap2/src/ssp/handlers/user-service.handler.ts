import type { CheckEntitlement, NegotiateServices } from '@sap2/session-core';
import type { UserServiceRequest } from '@sap2/ssp-wire';
import type { Route } from '../request-context.js';
import { notEntitled, serviceResponse } from '../status-table.js';
import { namesOf } from './touches.js';

export interface UserServiceNeeds {
  readonly entitlement: CheckEntitlement;
  readonly negotiate: NegotiateServices;
}

/** ssp-binding §4.5 */
export const userService = ({ entitlement, negotiate }: UserServiceNeeds): Route<UserServiceRequest> => ({
  repetition: 'stored-answer',
  urgency: 'logout',
  touches: ({ metaInfo, userSessionID }) => namesOf(metaInfo, userSessionID),
  handle: async ({ metaInfo, userSessionID, functions, allFunctionsRequest }, { peer }) => {
    const { serviceID: requestor, user } = metaInfo.requestor;
    const entitled = entitlement.execute({ peer, requestor, user, needs: 'user' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, serviceResponse);
    const asked = { userSessionID, functions, allFunctionsRequest };
    return serviceResponse(await negotiate.execute({ peer, user: entitled.user, ...asked }));
  },
});
