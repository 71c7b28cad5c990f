import fc, { type Arbitrary } from 'fast-check';
import { trimLineBreaks, trimSpace } from '@sap2/xml-codec';
import {
  type Capability,
  CAPABILITY_NAMES,
  type CapabilityList,
  CSP_VERSIONS,
  type CspClientID,
  type CspCredential,
  type CspMessage,
  type CspPrimitive,
  type CspResult,
  type CspVersion,
  type FunctionNode,
} from './messages.js';
import { isPlain } from './text-types.js';

/** Every value of a message that survives writing: what is written for a handset needs no XML entity. */

const record = <T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T> =>
  fc.record<T>(fields, { noNullPrototype: true });

const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const kindOf = <const K extends string>(kind: K): Arbitrary<K> => fc.constant(kind);

const character = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('&', '<', '>', '"', "'", '\t', '\n', '\r', ']', '\u00a0', '\u0085'),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
  },
);

/** Any characters that XML can carry. */
const xmlString = (maxLength: number): Arbitrary<string> => fc.string({ unit: character, maxLength });

const text = (maxLength: number): Arbitrary<string> =>
  xmlString(maxLength)
    .map(trimSpace)
    .filter((value) => value !== '');

const plainText = (maxLength: number): Arbitrary<string> => text(maxLength).filter(isPlain);

const words = fc
  .array(fc.stringMatching(/^[A-Za-z0-9.,-]{1,12}$/), { minLength: 1, maxLength: 8 })
  .map((all) => all.join(' '));

const seconds = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }));
const code = fc.oneof(fc.constantFrom(200, 401, 409, 503, 600, 604), fc.integer({ min: 100, max: 999 }));

type Text = (maxLength: number) => Arbitrary<string>;

const none: Arbitrary<undefined> = fc.constant(undefined);
const from13 = <T>(version: CspVersion, value: Arbitrary<T>): Arbitrary<T | undefined> =>
  version === '1.3' ? maybe(value) : none;

const clientID = (version: CspVersion, form: Text): Arbitrary<CspClientID | undefined> =>
  record<CspClientID>({
    url: maybe(form(40)),
    msisdn: maybe(form(32)),
    applicationID: from13(version, form(64)),
  }).map((found) => (Object.values(found).every((value) => value === undefined) ? undefined : found));

const capabilityList = (value: Text): Arbitrary<CapabilityList> =>
  fc
    .array(
      record<Capability>({
        name: fc.constantFrom(...CAPABILITY_NAMES),
        value: fc.oneof(
          value(60),
          fc.constantFrom(
            'T',
            'F',
            'P',
            'HTTP',
            'STCP',
            '0',
            '007',
            '106',
            '32767',
            '4294967295',
            '4294967296',
          ),
        ),
      }),
      { maxLength: 20 },
    )
    .map((list) =>
      list.toSorted(
        (one, other) => CAPABILITY_NAMES.indexOf(one.name) - CAPABILITY_NAMES.indexOf(other.name),
      ),
    );

const functionName = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,31}$/),
  fc.constantFrom('WVCSPFeat', 'FundamentalFeat', 'GETAUT', 'ADVSR', 'constructor'),
);
const functionNode = (levels: number): Arbitrary<FunctionNode> =>
  record<FunctionNode>({
    name: functionName,
    children: levels === 1 ? fc.constant([]) : fc.array(functionNode(levels - 1), { maxLength: 3 }),
  });
const functions = maybe(fc.array(functionNode(4), { maxLength: 3 }));

const credential: Arbitrary<CspCredential> = fc.oneof(
  record({ scheme: kindOf('password'), password: xmlString(60).map(trimLineBreaks) }),
  record({
    scheme: kindOf('challenge'),
    digestSchemas: fc.array(fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/), { minLength: 1, maxLength: 5 }),
  }),
  record({ scheme: kindOf('digest'), digestBytes: text(60) }),
  record({ scheme: kindOf('none') }),
);

const result = (version: CspVersion): Arbitrary<CspResult> =>
  record<CspResult>({ code, description: maybe(words), tryAgainTimeoutS: from13(version, seconds) });

type ArbitraryOf<Union extends { readonly kind: string }> = { [P in Union as P['kind']]: Arbitrary<P> };

const primitives = (version: CspVersion) =>
  ({
    'Login-Request': record({
      kind: kindOf('Login-Request'),
      userID: text(60),
      clientID: clientID(version, text),
      credential,
      timeToLive: maybe(seconds),
      sessionCookie: maybe(text(60)),
      sessionID: maybe(plainText(50)),
      capabilityList: from13(version, capabilityList(text)),
    }),
    'Login-Response': record({
      kind: kindOf('Login-Response'),
      clientID: clientID(version, plainText),
      result: result(version),
      nonce: maybe(plainText(40)),
      digestSchema: maybe(plainText(20)),
      sessionID: maybe(plainText(50)),
      keepAliveTime: maybe(seconds),
      capabilityRequest: maybe(fc.boolean()),
      agreedCapabilityList: from13(version, capabilityList(plainText)),
    }),
    'Logout-Request': record({ kind: kindOf('Logout-Request') }),
    Disconnect: record({ kind: kindOf('Disconnect'), result: result(version) }),
    Status: record({ kind: kindOf('Status'), result: result(version) }),
    'KeepAlive-Request': record({ kind: kindOf('KeepAlive-Request'), timeToLive: maybe(seconds) }),
    'KeepAlive-Response': record({
      kind: kindOf('KeepAlive-Response'),
      result: result(version),
      keepAliveTime: maybe(seconds),
    }),
    'GetSPInfo-Request': record({ kind: kindOf('GetSPInfo-Request'), clientID: clientID(version, text) }),
    'GetSPInfo-Response': record({
      kind: kindOf('GetSPInfo-Response'),
      clientID: clientID(version, plainText),
      name: maybe(plainText(60)),
      logo: maybe(
        record({ contentType: maybe(plainText(60)), content: fc.stringMatching(/^[A-Za-z0-9+/=]{0,300}$/) }),
      ),
      description: maybe(words),
      url: maybe(plainText(60)),
    }),
    'Service-Request': record({
      kind: kindOf('Service-Request'),
      clientID: clientID(version, text),
      functions,
      allFunctionsRequest: fc.boolean(),
    }),
    'Service-Response': record({
      kind: kindOf('Service-Response'),
      clientID: clientID(version, plainText),
      functions,
      allFunctions: functions,
    }),
    'ClientCapability-Request': record({
      kind: kindOf('ClientCapability-Request'),
      clientID: clientID(version, text),
      capabilityList: capabilityList(text),
    }),
    'ClientCapability-Response': record({
      kind: kindOf('ClientCapability-Response'),
      clientID: clientID(version, plainText),
      agreedCapabilityList: capabilityList(plainText),
    }),
    'Polling-Request': record({ kind: kindOf('Polling-Request') }),
    other: record({
      kind: kindOf('other'),
      name: fc.constantFrom('GetPresence-Request', 'GetList-Response', 'GetMap-Request', 'X-Unheard'),
    }),
    empty: record({ kind: kindOf('empty') }),
  }) satisfies ArbitraryOf<CspPrimitive>;

export const cspMessage: Arbitrary<CspMessage> = fc.constantFrom(...CSP_VERSIONS).chain((version) =>
  record<CspMessage>({
    version: fc.constant(version),
    encoding: fc.constantFrom('xml', 'wbxml'),
    session: record({ type: fc.constantFrom('Inband', 'Outband'), sessionID: maybe(plainText(50)) }),
    mode: fc.constantFrom('Request', 'Response'),
    transactionID: maybe(plainText(50)),
    poll: maybe(fc.boolean()),
    primitive: fc.oneof(...Object.values(primitives(version))),
  }),
);
