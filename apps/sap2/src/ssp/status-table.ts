import { assertNever } from '@sap2/kernel';
import {
  type EntitlementRefusal,
  type BeginLoginOutcome,
  type CompleteLoginOutcome,
  type GetSpInfoOutcome,
  type KeepAliveAnswer,
  type LogOutOutcome,
  type NegotiateServicesOutcome,
  statusOfEnd,
} from '@sap2/session-core';
import type {
  GetSPInfoResponse,
  ResponsePrimitive,
  Status,
  StatusAnswer,
  UserKeepAliveResponse,
  UserServiceResponse,
} from '@sap2/ssp-wire';

/** What every outcome of every use case is called on the wire (ssp-binding §4, §8). Rows are complete by type. */
type Row = readonly [code: number, description: string];
type Table<Outcome extends { readonly kind: string }> = Readonly<Record<Outcome['kind'], Row>>;

/** Refusals that are an operation's own to tell; the others come before it (ssp-binding §4). */
export type DomainRefusal = Extract<EntitlementRefusal, { kind: 'domain-not-served' | 'not-entitled' }>;

export type LoginOutcome = BeginLoginOutcome | CompleteLoginOutcome | DomainRefusal;

const DOMAIN = {
  'domain-not-served': [516, 'This domain is not served here.'],
  'not-entitled': [403, 'The agreement does not cover this domain.'],
} satisfies Table<DomainRefusal>;

const ENTITLEMENT = {
  'not-the-requestor': [901, 'The requestor is not the SAP that set up this SSP session.'],
  'user-missing': [400, 'MetaInfo must name the User.'],
  'client-missing': [400, 'MetaInfo must name the ClientID.'],
} satisfies Table<Exclude<EntitlementRefusal, DomainRefusal>>;

const LOGIN = {
  ...DOMAIN,
  'logged-in': [200, 'Logged in.'],
  challenge: [401, 'Answer the nonce with DigestBytes.'],
  'no-common-schema': [543, 'None of the digest schemas is known here.'],
  'challenge-not-possible': [543, 'Users of this domain log in with their Password only.'],
  'user-directory-unavailable': [503, 'Passwords cannot be checked now; try again later.'],
  'unknown-version': [505, 'cspVersion must be 1.1, 1.2 or 1.3.'],
  'password-not-allowed': [403, 'The agreement does not allow passwords over plain HTTP.'],
  'functions-invalid': [402, 'Functions names something that the CSP version does not have.'],
  'wrong-credentials': [409, 'Wrong user or password.'],
  'too-many-attempts': [503, 'Too many failed logins; try again later.'],
  'account-suspended': [403, 'The account is suspended.'],
  'already-logged-in': [603, 'The client is logged in already.'],
  'too-many-sessions': [603, 'The user is logged in on as many clients as are allowed.'],
  'cannot-resume': [502, 'There is no such session to resume.'],
  mismatch: [422, 'The session belongs to another user or ClientID.'],
  overtaken: [503, 'The session was ended while the login was under way; try again.'],
} satisfies Table<LoginOutcome>;

const LOG_OUT = {
  ...DOMAIN,
  'logged-out': [200, 'Logged out.'],
  mismatch: LOGIN.mismatch,
  unknown: [604, 'There is no such session.'],
} satisfies Table<LogOutOutcome | DomainRefusal>;

const SP_INFO = {
  ...DOMAIN,
  info: [200, 'OK'],
  'nothing-to-tell': [404, 'The provider has nothing to tell about itself.'],
} satisfies Table<GetSpInfoOutcome>;

/** Descriptions of what a session can be found to be; `ended` gets its code from the cause. */
const ENDED: Readonly<Record<ReturnType<typeof statusOfEnd>, string>> = {
  600: 'The session has expired.',
  601: 'The session was ended by the provider.',
  604: LOG_OUT.unknown[1],
};

const KEEP_ALIVE: Readonly<Record<KeepAliveAnswer['code'], string>> = {
  ...ENDED,
  200: 'Kept alive.',
  201: 'Some sessions were not kept alive.',
  422: LOGIN.mismatch[1],
  605: 'The timeToLive was refused; the old one stands.',
  900: 'No session was kept alive.',
};

/** Seconds after which a login that was overtaken can be repeated. */
const OVERTAKEN_S = 1;

export function status(code: number, description: string | undefined, tryAgainTimeoutS?: number): Status {
  return { code, description, detailedResults: [], tryAgainTimeoutS };
}

export function bareStatus(code: number, description: string, tryAgainTimeoutS?: number): StatusAnswer {
  return { kind: 'Status', status: status(code, description, tryAgainTimeoutS) };
}

/** For a request that is not entitled: a bare `Status`, or `own` if only the operation's answer has the code. */
export function notEntitled(
  refusal: EntitlementRefusal,
  own: (refusal: DomainRefusal) => ResponsePrimitive,
): ResponsePrimitive {
  return refusal.kind === 'domain-not-served' || refusal.kind === 'not-entitled'
    ? own(refusal)
    : bareStatus(...ENTITLEMENT[refusal.kind]);
}

export function loginStatus(outcome: LoginOutcome): Status {
  if ('retryAfterS' in outcome) return status(...LOGIN[outcome.kind], outcome.retryAfterS);
  return status(...LOGIN[outcome.kind], outcome.kind === 'overtaken' ? OVERTAKEN_S : undefined);
}

export const logOutAnswer = ({ kind }: LogOutOutcome | DomainRefusal): StatusAnswer =>
  bareStatus(...LOG_OUT[kind]);

export function keepAliveResponse(answer: KeepAliveAnswer): UserKeepAliveResponse {
  return {
    kind: 'UserKeepAliveResponse',
    status: {
      ...status(answer.code, KEEP_ALIVE[answer.code]),
      detailedResults: answer.failures.map(({ code, userSessionIDs }) => ({
        code,
        description: KEEP_ALIVE[code],
        userSessionIDs,
      })),
    },
    keepAliveTime: answer.keepAliveTimeS,
    exceptions: answer.exceptions.map(({ userSessionID, keepAliveTimeS }) => ({
      userSessionID,
      keepAliveTime: keepAliveTimeS,
    })),
  };
}

/** The time that would be in force for a session: the answer always names one. */
export function keepAliveRefusal({ kind }: DomainRefusal, keepAliveTime: number): UserKeepAliveResponse {
  return { kind: 'UserKeepAliveResponse', status: status(...DOMAIN[kind]), keepAliveTime, exceptions: [] };
}

export function spInfoResponse(outcome: GetSpInfoOutcome): GetSPInfoResponse {
  const info = outcome.kind === 'info' ? outcome.info : undefined;
  return {
    kind: 'GetSPInfoResponse',
    status: status(...SP_INFO[outcome.kind]),
    name: info?.name,
    logo: info?.logo,
    description: info?.description,
    url: info?.url,
  };
}

export function serviceResponse(outcome: NegotiateServicesOutcome | DomainRefusal): UserServiceResponse {
  const negotiated = outcome.kind === 'negotiated' ? outcome : undefined;
  return {
    kind: 'UserServiceResponse',
    status: status(...serviceRow(outcome)),
    functions: negotiated?.denied,
    allFunctions: negotiated?.allFunctions,
  };
}

function serviceRow(outcome: NegotiateServicesOutcome | DomainRefusal): Row {
  switch (outcome.kind) {
    case 'negotiated':
      return [200, 'OK'];
    case 'domain-not-served':
    case 'not-entitled':
    case 'functions-invalid':
    case 'mismatch':
      return LOGIN[outcome.kind];
    case 'unknown':
      return LOG_OUT.unknown;
    case 'ended': {
      const code = statusOfEnd(outcome.cause);
      return [code, ENDED[code]];
    }
    default:
      return assertNever(outcome);
  }
}
