import type { CheckEntitlement, GetSpInfo } from '@sap2/session-core';
import type { GetSPInfoRequest, ResponsePrimitive } from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import { notEntitled, spInfoResponse } from '../status-table.js';
import { namesOf } from './touches.js';

/** ssp-binding §4.4 */
export class GetSpInfoHandler implements Route<GetSPInfoRequest> {
  readonly repetition = 'executed-again';
  readonly urgency = 'logout';

  constructor(
    private readonly entitlement: CheckEntitlement,
    private readonly getSpInfo: GetSpInfo,
  ) {}

  readonly touches = (request: GetSPInfoRequest): readonly string[] => namesOf(request.metaInfo);

  readonly handle = (request: GetSPInfoRequest, { peer }: RequestContext): Promise<ResponsePrimitive> => {
    const { serviceID: requestor, user } = request.metaInfo.requestor;
    const entitled = this.entitlement.execute({ peer, requestor, user, needs: 'nobody' });
    const { serviceID } = request;
    return Promise.resolve(
      entitled.kind === 'entitled'
        ? spInfoResponse(this.getSpInfo.execute({ peer, serviceID }))
        : notEntitled(entitled, spInfoResponse),
    );
  };
}
