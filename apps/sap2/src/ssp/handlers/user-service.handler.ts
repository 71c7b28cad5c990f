import type { CheckEntitlement, NegotiateServices } from '@sap2/session-core';
import type { ResponsePrimitive, UserServiceRequest } from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import { notEntitled, serviceResponse } from '../status-table.js';
import { namesOf } from './touches.js';

/** ssp-binding §4.5 */
export class UserServiceHandler implements Route<UserServiceRequest> {
  readonly repetition = 'stored-answer';
  readonly urgency = 'logout';

  constructor(
    private readonly entitlement: CheckEntitlement,
    private readonly negotiate: NegotiateServices,
  ) {}

  readonly touches = (request: UserServiceRequest): readonly string[] =>
    namesOf(request.metaInfo, request.userSessionID);

  readonly handle = async (
    request: UserServiceRequest,
    { peer }: RequestContext,
  ): Promise<ResponsePrimitive> => {
    const { serviceID, user } = request.metaInfo.requestor;
    const entitled = this.entitlement.execute({ peer, requestor: serviceID, user, needs: 'user' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, serviceResponse);
    const { userSessionID, functions, allFunctionsRequest } = request;
    return serviceResponse(
      await this.negotiate.execute({
        peer,
        user: entitled.user,
        userSessionID,
        functions,
        allFunctionsRequest,
      }),
    );
  };
}
