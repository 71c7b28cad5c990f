import { assertNever } from '@sap2/kernel';
import type {
  RequestPrimitive,
  ResponsePrimitive,
  UserKeepAliveRequest,
  UserLoginRequest,
} from '@sap2/ssp-wire';
import type { Answered, Operation } from '../history/history.js';

/** What an answer says of each session that was asked about. */
export function outcomeOf(operation: Operation, answer: ResponsePrimitive): Answered {
  const { code } = answer.status;
  const sessionID = answer.kind === 'UserLoginResponse' ? answer.userSessionID : undefined;
  const body = JSON.stringify(answer);
  return { kind: 'answered', code, body, sessionID, ...perSession(operation, answer) };
}

type PerSession = Pick<Answered, 'granted' | 'failed'>;

function perSession(operation: Operation, answer: ResponsePrimitive): PerSession {
  const { code } = answer.status;
  switch (operation.kind) {
    case 'login':
      return ofLogin(operation.resumes, answer);
    case 'keep-alive':
      return ofKeepAlive(operation.ids, answer);
    case 'negotiate':
      // It renews the session like any operation on it; for how long, a keep-alive says.
      return code === 200 ? { granted: { [operation.id]: 0 }, failed: {} } : one(operation.id, code);
    case 'logout':
      return code === 200 ? { granted: {}, failed: {} } : one(operation.id, code);
    default:
      return assertNever(operation);
  }
}

function ofLogin(resumes: string | undefined, answer: ResponsePrimitive): PerSession {
  const { code } = answer.status;
  if (answer.kind !== 'UserLoginResponse' || code !== 200) return one(resumes, code);
  const { userSessionID, keepAliveTime = 0 } = answer;
  return { granted: userSessionID === undefined ? {} : { [userSessionID]: keepAliveTime }, failed: {} };
}

const one = (id: string | undefined, code: number): PerSession => ({
  granted: {},
  failed: id === undefined ? {} : { [id]: code },
});

function ofKeepAlive(ids: readonly string[], answer: ResponsePrimitive): PerSession {
  const { code, detailedResults } = answer.status;
  const failed: Record<string, number> = {};
  for (const result of detailedResults) for (const id of result.userSessionIDs) failed[id] = result.code;
  const granted: Record<string, number> = {};
  for (const id of ids) {
    if (failed[id] !== undefined) continue;
    if (answer.kind === 'UserKeepAliveResponse' && (code === 200 || code === 201)) {
      const exception = answer.exceptions.find(({ userSessionID }) => userSessionID === id);
      granted[id] = exception?.keepAliveTime ?? answer.keepAliveTime;
    } else failed[id] = code;
  }
  return { granted, failed };
}

/** What a request asks, for the history; undefined: nothing that an invariant is about. */
export function operationOf(request: RequestPrimitive): Operation | undefined {
  switch (request.kind) {
    case 'UserLoginRequest':
      return loginOf(request);
    case 'UserLogoutRequest':
      return { kind: 'logout', id: request.userSessionID };
    case 'UserServiceRequest':
      return { kind: 'negotiate', id: request.userSessionID };
    case 'UserKeepAliveRequest':
      return { kind: 'keep-alive', ids: idsIn(request) };
    case 'GetSPInfoRequest':
    case 'KeepAliveRequest':
    case 'LogoutRequest':
    case 'UserDisconnectRequest':
      return undefined;
    default:
      return assertNever(request);
  }
}

/** Phase 1 of a challenge only hands out a nonce. */
function loginOf({ metaInfo, credential, userSessionID }: UserLoginRequest): Operation | undefined {
  const { user } = metaInfo.requestor;
  if (user === undefined || credential.scheme === 'challenge') return undefined;
  return { kind: 'login', account: user.userID, client: user.clientID?.url ?? '', resumes: userSessionID };
}

const idsIn = ({ form }: UserKeepAliveRequest): readonly string[] =>
  form.type === 'single' ? [form.userSessionID] : form.entries.map(({ userSessionID }) => userSessionID);
