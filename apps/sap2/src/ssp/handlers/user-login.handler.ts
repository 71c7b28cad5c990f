import type { Measures } from '@sap2/observability';
import type {
  BeginLogin,
  CheckEntitlement,
  CompleteLogin,
  EntitlementRefusal,
  LiveSessions,
  LoginUser,
} from '@sap2/session-core';
import {
  parseXmlFragment,
  type UserLoginRequest,
  type UserLoginResponse,
  type WireUser,
  type XmlFragment,
} from '@sap2/ssp-wire';
import type { LoginReport } from '../../reports/login-report.js';
import type { RequestContext, Route } from '../request-context.js';
import { type LoginOutcome, loginStatus, notEntitled } from '../status-table.js';
import { namesOf } from './touches.js';

export interface UserLoginNeeds {
  readonly entitlement: CheckEntitlement;
  readonly beginLogin: BeginLogin;
  readonly completeLogin: CompleteLogin;
  readonly live: Pick<LiveSessions, 'handedOver'>;
  readonly reportLogin: LoginReport;
  readonly measures: Pick<Measures, 'login'>;
}

/** ssp-binding §4.1. Phase 1 only hands out a nonce; everything else is one use case. */
export const userLogin = (on: UserLoginNeeds): Route<UserLoginRequest> => ({
  repetition: 'stored-answer',
  urgency: 'login',
  touches: ({ metaInfo, userSessionID }) => namesOf(metaInfo, userSessionID),
  handle: async (request, context) => {
    const { serviceID: requestor, user } = request.metaInfo.requestor;
    const entitled = on.entitlement.execute({
      peer: context.peer,
      requestor,
      user,
      needs: 'user-and-client',
    });
    const report = (outcome: LoginOutcome | EntitlementRefusal): void =>
      on.reportLogin({
        peer: context.peer,
        transactionID: context.transactionID,
        user: entitled.kind === 'entitled' ? entitled.user.account : user?.userID,
        client: clientNameOf(user?.clientID),
        outcome,
      });
    if (entitled.kind !== 'entitled') {
      on.measures.login(context.peer, entitled.kind);
      report(entitled);
      return notEntitled(entitled, (refusal) => responseOf(refusal, request, user));
    }
    const outcome = await logIn(on, request, entitled.user, context);
    on.measures.login(context.peer, outcome.kind);
    const isFirstPhase = request.credential.scheme === 'challenge' && outcome.kind === 'challenge';
    if (!isFirstPhase) report(outcome);
    if (outcome.kind === 'logged-in') context.afterAnswer(() => on.live.handedOver(outcome.sessionID));
    return responseOf(outcome, request, user);
  },
});

/** The form of the ClientID that the peer sent. */
const clientNameOf = (client: WireUser['clientID']): string | undefined =>
  client?.url ?? client?.msisdn ?? client?.text ?? client?.applicationID;

function logIn(
  on: UserLoginNeeds,
  request: UserLoginRequest,
  user: LoginUser,
  { peer, transactionID, secure }: RequestContext,
): Promise<LoginOutcome> {
  const { credential, cspVersion } = request;
  if (credential.scheme === 'challenge') {
    return on.beginLogin.execute({ peer, user, cspVersion, digestSchemas: credential.digestSchemas });
  }
  return on.completeLogin.execute({
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
