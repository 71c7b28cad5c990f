import { type CapabilityList, type CspMessage, type DecodedCspMessage, encodeCsp } from '@sap2/csp-wire';
import type { Leg } from '../../handset/src/index.js';
import { describe, pathsOf, type Saying, type TracedMessage } from '../../sap1/src/index.js';
import { OPERATOR } from './cast.js';

/** One message between two parties, ready for the screen and for the checks. */
export interface Said {
  /** Such as `SAP 1 ──► SAP 2`. */
  readonly who: string;
  readonly sayings: readonly Saying[];
  /** Of a message in binary XML: the same in plain XML. Empty: no message. */
  readonly xml: string;
  /** Of a message in binary XML. */
  readonly binary: Buffer | undefined;
}

type Primitive = DecodedCspMessage['primitive'];
type Pairs = readonly (readonly [name: string, value: string | number | undefined])[];
type PairsOf = {
  readonly [K in Primitive['kind']]?: (primitive: Extract<Primitive, { readonly kind: K }>) => Pairs;
};

/** What a reader wants to see of each primitive; of the others, its name is enough. */
const PAIRS: PairsOf = {
  'Login-Request': ({ userID, clientID, timeToLive, credential }) => [
    ['user', userID],
    ['client', clientID?.url],
    ['timeToLive', timeToLive],
    ['digestSchemas', credential.scheme === 'challenge' ? credential.digestSchemas.join(',') : undefined],
    ['digest', credential.scheme === 'digest' ? short(credential.digestBytes) : undefined],
  ],
  'Login-Response': ({ nonce, digestSchema, sessionID, keepAliveTime }) => [
    ['nonce', short(nonce)],
    ['digestSchema', digestSchema],
    ['session', short(sessionID)],
    ['keepAliveTime', keepAliveTime],
  ],
  'KeepAlive-Request': ({ timeToLive }) => [['timeToLive', timeToLive]],
  'KeepAlive-Response': ({ keepAliveTime }) => [['keepAliveTime', keepAliveTime]],
  'GetSPInfo-Response': ({ name, url }) => [
    ['name', name],
    ['url', url],
  ],
  'Service-Request': ({ functions }) => [['wanted', list(pathsOf(functions))]],
  'Service-Response': ({ functions, allFunctions }) => [
    ['denied', list(pathsOf(functions))],
    ['available', allFunctions && `${pathsOf(allFunctions).length} functions`],
  ],
  'ClientCapability-Request': ({ capabilityList }) => capabilityPairs(capabilityList),
  'ClientCapability-Response': ({ agreedCapabilityList }) => capabilityPairs(agreedCapabilityList),
};

/** Between the two servers. */
export const saidInSsp = ({ from, xml, httpStatus }: TracedMessage): Said => ({
  who: `SAP 1 ${from === OPERATOR ? '──►' : '◄──'} SAP 2`,
  sayings: describe(xml, httpStatus),
  xml,
  binary: undefined,
});

/** Between a phone and SAP 1. */
export function saidInCsp(phone: string, { from, message, bytes }: Leg): Said {
  const isBinary = message?.encoding === 'wbxml';
  return {
    who: `${phone} ${from === 'handset' ? '──►' : '◄──'} SAP 1`,
    sayings: [message === undefined ? NOTHING : sayingOf(message)],
    xml: isBinary && isWritable(message) ? plainXml(message) : bytes.toString('utf8'),
    binary: isBinary ? bytes : undefined,
  };
}

const NOTHING: Saying = { what: 'nothing', details: [], status: undefined };

function sayingOf({ primitive, poll }: DecodedCspMessage): Saying {
  const pairs = [...pairsOf(primitive.kind, primitive), ['Poll', poll === true ? 'T' : undefined] as const];
  return {
    what: primitive.kind === 'other' ? primitive.name : primitive.kind,
    details: pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    status: 'result' in primitive ? primitive.result.code : undefined,
  };
}

const pairsOf = <K extends Primitive['kind']>(
  kind: K,
  primitive: Extract<Primitive, { readonly kind: K }>,
): Pairs => PAIRS[kind]?.(primitive) ?? [];

/** Few of the many. */
const capabilityPairs = (all: CapabilityList): Pairs =>
  all.flatMap(({ name, value }) => (SHOWN_CAPABILITIES.has(name) ? [[name, value] as const] : []));

const SHOWN_CAPABILITIES = new Set(['ParserSize', 'ServerPollMin', 'SupportedBearer']);

const isWritable = (message: DecodedCspMessage): message is CspMessage =>
  message.primitive.kind !== 'faulty' && message.primitive.kind !== 'unsupported-version';

const plainXml = (message: CspMessage): string => encodeCsp({ ...message, encoding: 'xml' }).toString('utf8');

const list = (names: readonly string[]): string | undefined => names.join(' ') || undefined;

const short = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= 8 ? text : `${text.slice(0, 8)}…`;
