import type { CheckEntitlement, LogOut } from '@sap2/session-core';
import type { ResponsePrimitive, UserLogoutRequest } from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import { logOutAnswer, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

/** ssp-binding §4.2 */
export class UserLogoutHandler implements Route<UserLogoutRequest> {
  readonly repetition = 'stored-answer';
  readonly urgency = 'logout';

  constructor(
    private readonly entitlement: CheckEntitlement,
    private readonly logOut: LogOut,
  ) {}

  readonly touches = (request: UserLogoutRequest): readonly string[] =>
    namesOf(request.metaInfo, request.userSessionID);

  readonly handle = async (
    request: UserLogoutRequest,
    { peer }: RequestContext,
  ): Promise<ResponsePrimitive> => {
    const { serviceID, user } = request.metaInfo.requestor;
    const entitled = this.entitlement.execute({ peer, requestor: serviceID, user, needs: 'user' });
    if (entitled.kind !== 'entitled') return notEntitled(entitled, logOutAnswer);
    const { userSessionID } = request;
    return logOutAnswer(await this.logOut.execute({ peer, user: entitled.user, userSessionID }));
  };
}
