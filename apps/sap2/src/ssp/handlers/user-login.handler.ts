import type { CheckEntitlement, BeginLogin, CompleteLogin, LoginUser } from '@sap2/session-core';
import {
  parseXmlFragment,
  type ResponsePrimitive,
  type UserLoginRequest,
  type UserLoginResponse,
  type WireUser,
  type XmlFragment,
} from '@sap2/ssp-wire';
import type { RequestContext, Route } from '../request-context.js';
import { type LoginOutcome, loginStatus, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

/** ssp-binding §4.1. Phase 1 only hands out a nonce; everything else is one use case. */
export class UserLoginHandler implements Route<UserLoginRequest> {
  readonly repetition = 'stored-answer';
  readonly urgency = 'login';

  constructor(
    private readonly entitlement: CheckEntitlement,
    private readonly beginLogin: BeginLogin,
    private readonly completeLogin: CompleteLogin,
    private readonly live: { handedOver(id: LoginSessionID): Promise<void> },
  ) {}

  readonly touches = (request: UserLoginRequest): readonly string[] =>
    namesOf(request.metaInfo, request.userSessionID);

  readonly handle = async (
    request: UserLoginRequest,
    context: RequestContext,
  ): Promise<ResponsePrimitive> => {
    const { requestor } = request.metaInfo;
    const entitled = this.entitlement.execute({
      peer: context.peer,
      requestor: requestor.serviceID,
      user: requestor.user,
      needs: 'user-and-client',
    });
    if (entitled.kind !== 'entitled') {
      return notEntitled(entitled, (refusal) => responseOf(refusal, request, requestor.user));
    }
    const outcome = await this.logIn(request, entitled.user, context);
    if (outcome.kind === 'logged-in') {
      context.afterAnswer(() => this.live.handedOver(outcome.sessionID));
    }
    return responseOf(outcome, request, requestor.user);
  };

  private logIn(request: UserLoginRequest, user: LoginUser, context: RequestContext): Promise<LoginOutcome> {
    const { credential, cspVersion } = request;
    const { peer, transactionID, secure } = context;
    if (credential.scheme === 'challenge') {
      return this.beginLogin.execute({ peer, user, cspVersion, digestSchemas: credential.digestSchemas });
    }
    return this.completeLogin.execute({
      peer,
      user,
      transactionID,
      secureTransport: secure,
      proof: credential,
      cspVersion,
      timeToLiveS: request.timeToLive,
      userSessionID: request.userSessionID,
      sessionCookie: request.sessionCookie,
      sapEpoch: request.sapEpoch,
      functions: request.functions,
      capabilityList: request.capabilityList,
    });
  }
}

type LoginSessionID = Extract<LoginOutcome, { kind: 'logged-in' }>['sessionID'];

function responseOf(
  outcome: LoginOutcome,
  request: UserLoginRequest,
  user: WireUser | undefined,
): UserLoginResponse {
  const loggedIn = outcome.kind === 'logged-in' ? outcome : undefined;
  const challenge = outcome.kind === 'challenge' ? outcome : undefined;
  return {
    kind: 'UserLoginResponse',
    status: loginStatus(outcome),
    userSessionID: loggedIn?.sessionID,
    keepAliveTime: loggedIn?.keepAliveTimeS,
    capabilityRequest: request.capabilityList === undefined,
    user,
    nonce: challenge?.nonce,
    digestSchema: challenge?.schema,
    functions: loggedIn?.denied,
    agreedCapabilityList: fragmentOf(loggedIn?.agreedCapabilityList),
  };
}

/** What was kept at an earlier login, read once more: nothing but well-formed XML goes out. */
function fragmentOf(kept: string | undefined): XmlFragment | undefined {
  if (kept === undefined) return undefined;
  const fragment = parseXmlFragment(kept);
  if (fragment.ok) return fragment.value;
  throw new Error(`A kept CapabilityList is damaged: ${fragment.error.detail}`);
}
