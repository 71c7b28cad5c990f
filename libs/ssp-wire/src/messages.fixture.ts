import fc, { type Arbitrary } from 'fast-check';
import { trimLineBreaks, trimSpace } from '@sap2/xml-codec';
import { parseXmlFragment } from './decode.js';
import {
  SSP_NAMESPACES,
  type FunctionNode,
  type LoginCredential,
  type MetaInfo,
  type RequestPrimitive,
  type ResponsePrimitive,
  type SessionMessage,
  type SetupMessage,
  type SetupPrimitive,
  type SspMessage,
  type Status,
  type Transaction,
  type UserKeepAliveRequest,
  type WireClientID,
  type WireUser,
  type XmlFragment,
} from './messages.js';

/** Every value of a message that survives encoding: text fields have no padding, and ids are not empty. */

const record = <T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> =>
  fc.record<T>(fields, { noNullPrototype: true });

const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const kindOf = <const K extends string>(kind: K): Arbitrary<K> => fc.constant(kind);

const character = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '&',
      '<',
      '>',
      '"',
      "'",
      '\t',
      '\n',
      '\r',
      ']',
      '\u00a0',
      '\u2028',
      '\u0085',
      '\ufeff',
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
  },
);

/** Any characters that XML can carry. */
export const xmlString = (maxLength: number, minLength = 0): Arbitrary<string> =>
  fc.string({ unit: character, minLength, maxLength });

const id = xmlString(50, 1);
const identity = xmlString(256, 1);
const serviceName = xmlString(300, 1);
const text = (maxLength: number): Arbitrary<string> => xmlString(maxLength).map(trimSpace);
const someText = (maxLength: number): Arbitrary<string> => text(maxLength).filter((value) => value !== '');
const seconds = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }));

const clientID: Arbitrary<WireClientID> = record<WireClientID>({
  url: maybe(identity),
  msisdn: maybe(xmlString(32, 1)),
  text: maybe(someText(256)),
  applicationID: maybe(identity),
}).map((forms) =>
  Object.values(forms).every((form) => form === undefined) ? { ...forms, url: 'u' } : forms,
);

const user: Arbitrary<WireUser> = record<WireUser>({ userID: identity, clientID: maybe(clientID) });

const metaInfo: Arbitrary<MetaInfo> = record<MetaInfo>({
  clientOriginated: fc.boolean(),
  requestor: record<MetaInfo['requestor']>({ serviceID: serviceName, user: maybe(user) }),
});

const code = fc.oneof(fc.constantFrom(200, 201, 401, 503, 604, 900), fc.integer({ min: 100, max: 999 }));

const status: Arbitrary<Status> = record<Status>({
  code,
  description: maybe(text(300)),
  detailedResults: fc.array(
    record<Status['detailedResults'][number]>({
      code,
      description: maybe(text(100)),
      userSessionIDs: fc.array(id, { maxLength: 5 }),
    }),
    { maxLength: 4 },
  ),
  tryAgainTimeoutS: maybe(seconds),
});

const functionName = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,31}$/),
  fc.constantFrom('WVCSPFeat', 'GCLI', 'constructor'),
);

const functionNode = (levels: number): Arbitrary<FunctionNode> =>
  record<FunctionNode>({
    name: functionName,
    children: levels === 1 ? fc.constant([]) : fc.array(functionNode(levels - 1), { maxLength: 3 }),
  });

const functions = maybe(fc.array(functionNode(4), { maxLength: 3 }));

const namespaceUri = fc.constantFrom(...SSP_NAMESPACES, '', 'urn:example:a', 'urn:example:b');
const localName = fc.constantFrom('a', 'B', 'ClientType', 'x-y', 'ü');

/** XML as another author might write it: prefixes, comments, CDATA, padding. */
export const foreignXml: Arbitrary<string> = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(
      localName,
      namespaceUri,
      fc.constantFrom(...SSP_NAMESPACES, 'urn:example:c'),
      xmlString(8),
      tie('content'),
    )
    .map(([name, namespace, other, value, content]) => {
      const quoted = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;');
      return `<${name} xmlns="${namespace}" xmlns:p="${other}" z="${quoted}" p:y='1' xml:lang="de">${content}</${name}>`;
    }),
  content: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(
      '',
      ' ',
      '\n',
      'T',
      ' 1 &amp; 2 ',
      '<![CDATA[<x>&]]>',
      '<!-- c -->',
      '<?p i?>',
      ']]&gt;',
      '&#13;',
    ),
    fc.array(tie('content'), { maxLength: 3 }).map((parts) => parts.join('')),
    tie('element'),
  ),
})).content;

type Parsed = ReturnType<typeof parseXmlFragment>;

/** As {@link foreignXml} becomes in the codec's hands. */
const fragment: Arbitrary<XmlFragment> = foreignXml
  .map(parseXmlFragment)
  .filter((parsed): parsed is Extract<Parsed, { ok: true }> => parsed.ok)
  .map((parsed) => parsed.value);

const schema = someText(32);
const digest = someText(128);

const credential: Arbitrary<LoginCredential> = fc.oneof(
  record<Extract<LoginCredential, { scheme: 'challenge' }>>({
    scheme: kindOf('challenge'),
    digestSchemas: fc.array(schema, { minLength: 1, maxLength: 4 }),
  }),
  record<Extract<LoginCredential, { scheme: 'digest' }>>({
    scheme: kindOf('digest'),
    nonce: digest,
    digestSchema: maybe(xmlString(32, 1)),
    digestBytes: digest,
  }),
  record<Extract<LoginCredential, { scheme: 'password' }>>({
    scheme: kindOf('password'),
    password: xmlString(256).map(trimLineBreaks),
  }),
);

const entries = (minLength: number) =>
  fc.array(
    record<{ readonly userSessionID: string; readonly timeToLive: number | undefined }>({
      userSessionID: id,
      timeToLive: maybe(seconds),
    }),
    {
      minLength,
      maxLength: 20,
    },
  );

type Form = UserKeepAliveRequest['form'];

const form: Arbitrary<Form> = fc.oneof(
  record<Extract<Form, { type: 'single' }>>({
    type: kindOf('single'),
    userSessionID: id,
    timeToLive: maybe(seconds),
  }),
  record<Extract<Form, { type: 'batch' }>>({ type: kindOf('batch'), entries: entries(1) }),
  record<Extract<Form, { type: 'sync' }>>({
    type: kindOf('sync'),
    syncID: id,
    part: fc.integer({ min: 1, max: 100 }),
    parts: fc.integer({ min: 100, max: 10_000 }),
    sapEpoch: xmlString(64, 1),
    entries: entries(0),
  }),
);

type ArbitraryOf<Union extends { readonly kind: string }> = { [P in Union as P['kind']]: Arbitrary<P> };

const requests = {
  UserLoginRequest: record({
    kind: kindOf('UserLoginRequest'),
    metaInfo,
    timeToLive: maybe(seconds),
    userSessionID: maybe(id),
    sessionCookie: maybe(xmlString(256)),
    cspVersion: maybe(xmlString(16)),
    sapEpoch: maybe(xmlString(64, 1)),
    credential,
    functions,
    capabilityList: maybe(fragment),
  }),
  UserLogoutRequest: record({ kind: kindOf('UserLogoutRequest'), metaInfo, userSessionID: id }),
  UserKeepAliveRequest: record({ kind: kindOf('UserKeepAliveRequest'), metaInfo, form }),
  GetSPInfoRequest: record({ kind: kindOf('GetSPInfoRequest'), metaInfo, serviceID: serviceName }),
  UserServiceRequest: record({
    kind: kindOf('UserServiceRequest'),
    metaInfo,
    userSessionID: id,
    allFunctionsRequest: fc.boolean(),
    functions,
  }),
  UserDisconnectRequest: record({
    kind: kindOf('UserDisconnectRequest'),
    metaInfo,
    userSessionID: id,
    user,
    status,
    tryAgainTimeoutS: maybe(seconds),
  }),
  KeepAliveRequest: record({ kind: kindOf('KeepAliveRequest') }),
  LogoutRequest: record({ kind: kindOf('LogoutRequest') }),
} satisfies ArbitraryOf<RequestPrimitive>;

const responses = {
  UserLoginResponse: record({
    kind: kindOf('UserLoginResponse'),
    status,
    userSessionID: maybe(id),
    keepAliveTime: maybe(seconds),
    capabilityRequest: maybe(fc.boolean()),
    user: maybe(user),
    nonce: maybe(digest),
    digestSchema: maybe(schema),
    functions,
    agreedCapabilityList: maybe(fragment),
  }),
  UserKeepAliveResponse: record({
    kind: kindOf('UserKeepAliveResponse'),
    status,
    keepAliveTime: seconds,
    exceptions: fc.array(record({ userSessionID: id, keepAliveTime: seconds }), { maxLength: 10 }),
  }),
  GetSPInfoResponse: record({
    kind: kindOf('GetSPInfoResponse'),
    status,
    name: maybe(text(256)),
    logo: maybe(record({ contentType: maybe(xmlString(128)), content: text(1000) })),
    description: maybe(text(1000)),
    url: maybe(text(2048)),
  }),
  UserServiceResponse: record({
    kind: kindOf('UserServiceResponse'),
    status,
    functions,
    allFunctions: functions,
  }),
  KeepAliveResponse: record({ kind: kindOf('KeepAliveResponse'), timeToLive: maybe(seconds), status }),
  Status: record({ kind: kindOf('Status'), status }),
} satisfies ArbitraryOf<ResponsePrimitive>;

const passwordDigest = record({ digestSchema: maybe(xmlString(32, 1)), value: digest });

const setups = {
  SendSecretToken: record({
    kind: kindOf('SendSecretToken'),
    serviceID: serviceName,
    protocol: maybe(xmlString(32)),
    protocolVersion: maybe(xmlString(16)),
    secretToken: someText(1024),
    encoding: maybe(fc.constant('base64' as const)),
  }),
  LoginRequest: record({
    kind: kindOf('LoginRequest'),
    serviceID: serviceName,
    timeToLive: maybe(seconds),
    passwordDigest,
  }),
  LoginResponse: record({
    kind: kindOf('LoginResponse'),
    sessionID: maybe(serviceName),
    timeToLive: maybe(seconds),
    status,
    passwordDigest: maybe(passwordDigest),
  }),
} satisfies ArbitraryOf<SetupPrimitive>;

export const requestPrimitive: Arbitrary<RequestPrimitive> = fc.oneof(...Object.values(requests));

const transaction: Arbitrary<Transaction> = fc.oneof(
  record({ mode: fc.constant('Request' as const), transactionID: id, primitive: requestPrimitive }),
  record({
    mode: fc.constant('Response' as const),
    transactionID: id,
    primitive: fc.oneof(...Object.values(responses)),
  }),
);

const namespace = fc.constantFrom(...SSP_NAMESPACES);

const setupMessage: Arbitrary<SetupMessage> = record<SetupMessage>({
  kind: kindOf('setup'),
  namespace,
  mode: fc.constantFrom('Request', 'Response'),
  transactionID: id,
  primitive: fc.oneof(...Object.values(setups)),
});

const sessionMessage: Arbitrary<SessionMessage> = record<SessionMessage>({
  kind: kindOf('session'),
  namespace,
  sessionID: serviceName,
  transactions: fc.array(transaction, { minLength: 1, maxLength: 6 }),
});

export const sspMessage: Arbitrary<SspMessage> = fc.oneof(setupMessage, sessionMessage);
