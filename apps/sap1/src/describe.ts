import { assertNever } from '@sap2/kernel';
import type {
  DecodedTransaction,
  RequestPrimitive,
  ResponsePrimitive,
  SetupPrimitive,
  Status,
  WireUser,
} from '@sap2/ssp-wire';
import { fromXml } from './codec.js';
import { pathsOf } from './service-paths.js';
import { SspError } from './ssp-error.js';

/** What is said in one message, for people: one entry for each primitive. */
export interface Saying {
  /** Element name, `HTTP 403` or the like. */
  readonly what: string;
  /** The attributes that matter, in words such as `client=phone-1@handset`. */
  readonly details: readonly string[];
  /** Status code, where the primitive has one. */
  readonly status: number | undefined;
}

type Primitive = SetupPrimitive | RequestPrimitive | ResponsePrimitive;
type Pairs = readonly (readonly [name: string, value: string | number | undefined])[];
type PrimitiveOf = { readonly [K in Primitive['kind']]: Extract<Primitive, { readonly kind: K }> };
type PairsOf = { readonly [K in Primitive['kind']]: (primitive: PrimitiveOf[K]) => Pairs };

/** Which attributes of each primitive a reader wants to see. */
const PAIRS: PairsOf = {
  SendSecretToken: (p) => [
    ['serviceID', p.serviceID],
    ['token', short(p.secretToken)],
  ],
  LoginRequest: (p) => [
    ['serviceID', p.serviceID],
    [p.passwordDigest.digestSchema ?? 'MD5', short(p.passwordDigest.value)],
  ],
  LoginResponse: (p) => [['sessionID', short(p.sessionID)]],
  KeepAliveRequest: () => [],
  KeepAliveResponse: (p) => [['timeToLive', p.timeToLive]],
  LogoutRequest: () => [],
  UserLoginRequest: (p) => [
    ...userPairs(p.metaInfo.requestor.user),
    ['resume', short(p.userSessionID)],
    ['timeToLive', p.timeToLive],
    ...credentialPairs(p.credential),
  ],
  UserLoginResponse: (p) => [
    ['nonce', short(p.nonce)],
    ['digestSchema', p.digestSchema],
    ['session', short(p.userSessionID)],
    ['keepAliveTime', p.keepAliveTime],
  ],
  UserLogoutRequest: (p) => [['session', short(p.userSessionID)], ...userPairs(p.metaInfo.requestor.user)],
  UserKeepAliveRequest: (p) => keepAlivePairs(p.form),
  UserKeepAliveResponse: (p) => [['keepAliveTime', p.keepAliveTime], ...resultPairs(p.status)],
  GetSPInfoRequest: (p) => [['serviceID', p.serviceID]],
  GetSPInfoResponse: (p) => [
    ['name', p.name],
    ['url', p.url],
  ],
  UserServiceRequest: (p) => [
    ['session', short(p.userSessionID)],
    ['wanted', list(pathsOf(p.functions))],
  ],
  UserServiceResponse: (p) => [
    ['denied', list(pathsOf(p.functions))],
    ['available', p.allFunctions === undefined ? undefined : `${pathsOf(p.allFunctions).length} functions`],
  ],
  UserDisconnectRequest: (p) => [['session', short(p.userSessionID)], ...userPairs(p.user)],
  Status: () => [],
};

/** @param xml what was on the wire; empty where HTTP carried nothing */
export function describe(xml: string, httpStatus: number | undefined): readonly Saying[] {
  if (httpStatus !== undefined && httpStatus !== 200) {
    return [{ what: `HTTP ${httpStatus}`, details: [], status: undefined }];
  }
  try {
    const message = fromXml(xml);
    return message.kind === 'setup'
      ? [sayingOf(message.primitive)]
      : message.transactions.map((transaction) => transactionSaying(transaction));
  } catch (error) {
    if (error instanceof SspError) return [{ what: 'not SSP', details: [], status: undefined }];
    throw error;
  }
}

function transactionSaying(transaction: DecodedTransaction): Saying {
  return 'fault' in transaction
    ? { what: 'not understood', details: [transaction.fault.detail], status: undefined }
    : sayingOf(transaction.primitive);
}

function sayingOf(primitive: Primitive): Saying {
  const pairs = pairsOf(primitive.kind, primitive);
  return {
    what: primitive.kind,
    details: pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    status: 'status' in primitive ? primitive.status.code : undefined,
  };
}

function pairsOf<K extends Primitive['kind']>(kind: K, primitive: PrimitiveOf[K]): Pairs {
  return PAIRS[kind](primitive);
}

function userPairs(user: WireUser | undefined): Pairs {
  const { url, msisdn, text, applicationID } = user?.clientID ?? {};
  return [
    ['user', user?.userID],
    ['client', url ?? msisdn ?? text ?? applicationID],
  ];
}

function credentialPairs(
  credential: Extract<RequestPrimitive, { readonly kind: 'UserLoginRequest' }>['credential'],
): Pairs {
  switch (credential.scheme) {
    case 'challenge':
      return [['digestSchemas', credential.digestSchemas.join(',')]];
    case 'digest':
      return [
        ['nonce', short(credential.nonce)],
        [credential.digestSchema ?? 'digest', short(credential.digestBytes)],
      ];
    case 'password':
      return [['password', '(not shown)']];
    default:
      return assertNever(credential);
  }
}

function keepAlivePairs(form: Extract<Primitive, { readonly kind: 'UserKeepAliveRequest' }>['form']): Pairs {
  if (form.type === 'single')
    return [
      ['session', short(form.userSessionID)],
      ['timeToLive', form.timeToLive],
    ];
  const sessions = form.entries.map((entry) => short(entry.userSessionID)).slice(0, 4);
  const more = form.entries.length > sessions.length ? [`${form.entries.length} in all`] : [];
  return [
    ['sync', form.type === 'sync' ? `part ${form.part} of ${form.parts}` : undefined],
    ['sessions', [...sessions, ...more].join(',')],
  ];
}

const resultPairs = (status: Status): Pairs =>
  status.detailedResults.map((result) => [`${result.code}`, result.userSessionIDs.map(short).join(',')]);

const list = (names: readonly string[]): string | undefined => names.join(' ') || undefined;

/** Enough of an id to tell it from another; a digest or a nonce is not to be read anyway. */
function short(text: string): string;
function short(text: string | undefined): string | undefined;
function short(text: string | undefined): string | undefined {
  return text === undefined || text.length <= 8 ? text : `${text.slice(0, 8)}…`;
}
