import type { CheckEntitlement, GetSpInfo } from '@sap2/session-core';
import type { GetSPInfoRequest } from '@sap2/ssp-wire';
import type { Route } from '../request-context.js';
import { notEntitled, spInfoResponse } from '../status-table.js';
import { namesOf } from './touches.js';

export interface SpInfoNeeds {
  readonly entitlement: CheckEntitlement;
  readonly getSpInfo: GetSpInfo;
}

/** ssp-binding §4.4 */
export const spInfo = ({ entitlement, getSpInfo }: SpInfoNeeds): Route<GetSPInfoRequest> => ({
  repetition: 'executed-again',
  urgency: 'logout',
  touches: ({ metaInfo }) => namesOf(metaInfo),
  handle: async ({ metaInfo, serviceID }, { peer }) => {
    const { serviceID: requestor, user } = metaInfo.requestor;
    const entitled = entitlement.execute({ peer, requestor, user, needs: 'nobody' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, spInfoResponse);
    return spInfoResponse(getSpInfo.execute({ peer, serviceID }));
  },
});
