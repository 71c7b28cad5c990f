import {
  child,
  constant,
  type Element,
  element,
  mapped,
  nameTree,
  optionalChild,
  type Part,
  Refusal,
  textElement,
} from '@sap2/xml-codec';
import { capabilityList } from './capability-list.js';
import { loginRequest, loginResponse } from './login.table.js';
import type {
  CapabilityList,
  ClientCapabilityRequest,
  ClientCapabilityResponse,
  CspPrimitive,
  CspVersion,
  Disconnect,
  GetSPInfoRequest,
  GetSPInfoResponse,
  KeepAliveRequest,
  KeepAliveResponse,
  LogoutRequest,
  PollingRequest,
  ServiceRequest,
  ServiceResponse,
  Status,
} from './messages.js';
import {
  clientID,
  echoedClientID,
  leftOutUnlessPlain,
  optionalSeconds,
  optionalText,
  result,
} from './shared.table.js';
import { boolean, description, plainName, someText } from './text-types.js';

// ---- the provider -------------------------------------------------------------------------------------------------

type Logo = NonNullable<GetSPInfoResponse['logo']>;

interface LogoOnWire extends Logo {
  readonly contentEncoding: string | undefined;
}

/** 48 KiB before base64. */
const MAX_LOGO = 64 * 1024;
const base64 = {
  parse: (raw: string): string | Refusal =>
    raw.length > MAX_LOGO ? new Refusal(402, 'too long') : raw.replaceAll(/\s+/g, ''),
  print: (value: string): string => value.replaceAll(/[^A-Za-z0-9+/=]+/g, ''),
};

const logo: Element<Logo> = mapped<LogoOnWire, Logo>(
  element<LogoOnWire>('Logo', {
    contentType: leftOutUnlessPlain(optionalText('ContentType', 128)),
    contentEncoding: optionalText('ContentEncoding', 32),
    content: child(textElement('ContentData', base64)),
  }),
  ({ contentType, content }) => ({ contentType, content }),
  (value) => ({ ...value, contentEncoding: 'BASE64' }),
);

const getSPInfoResponse = (version: CspVersion): Element<GetSPInfoResponse> =>
  element<GetSPInfoResponse>('GetSPInfo-Response', {
    kind: constant('GetSPInfo-Response'),
    clientID: echoedClientID(version),
    name: optionalChild(textElement('Name', plainName(256))),
    logo: optionalChild(logo),
    description: optionalChild(textElement('Description', description(4096))),
    url: leftOutUnlessPlain(optionalChild(textElement('URL', someText(2048)))),
  });

// ---- what the client can do ---------------------------------------------------------------------------------------

interface CapabilitiesOnWire extends Omit<ClientCapabilityResponse, 'agreedCapabilityList'> {
  /** As 1.1 calls it. */
  readonly list: CapabilityList | undefined;
  /** As the later versions do. */
  readonly agreed: CapabilityList | undefined;
}

const clientCapabilityResponse = (version: CspVersion): Element<ClientCapabilityResponse> =>
  mapped<CapabilitiesOnWire, ClientCapabilityResponse>(
    element<CapabilitiesOnWire>('ClientCapability-Response', {
      kind: constant('ClientCapability-Response'),
      clientID: echoedClientID(version),
      list: optionalChild(capabilityList('CapabilityList', true)),
      agreed: optionalChild(capabilityList('AgreedCapabilityList', true)),
    }),
    ({ list, agreed, ...rest }) => ({ ...rest, agreedCapabilityList: agreed ?? list ?? [] }),
    ({ agreedCapabilityList, ...rest }) => ({
      ...rest,
      list: version === '1.1' ? agreedCapabilityList : undefined,
      agreed: version === '1.1' ? undefined : agreedCapabilityList,
    }),
  );

// ---- all of them --------------------------------------------------------------------------------------------------

/** Left out, it means no. */
const allFunctionsRequest: Part<boolean> = {
  ...child(textElement('AllFunctionsRequest', boolean)),
  settle: (_attributes, _text, values) => values[0] === true,
};

/** Primitives without an own table stand for themselves. */
export type TablePrimitive = Exclude<CspPrimitive, { readonly kind: 'other' | 'empty' }>;

export type PrimitiveTables = { readonly [P in TablePrimitive as P['kind']]: Element<P> };

export const primitiveTables = (version: CspVersion): PrimitiveTables => ({
  'Login-Request': loginRequest(version),
  'Login-Response': loginResponse(version),
  'Logout-Request': element<LogoutRequest>('Logout-Request', { kind: constant('Logout-Request') }),
  Disconnect: element<Disconnect>('Disconnect', { kind: constant('Disconnect'), result: result(version) }),
  Status: element<Status>('Status', { kind: constant('Status'), result: result(version) }),
  'KeepAlive-Request': element<KeepAliveRequest>('KeepAlive-Request', {
    kind: constant('KeepAlive-Request'),
    timeToLive: optionalSeconds('TimeToLive'),
  }),
  'KeepAlive-Response': element<KeepAliveResponse>('KeepAlive-Response', {
    kind: constant('KeepAlive-Response'),
    result: result(version),
    keepAliveTime: optionalSeconds('KeepAliveTime'),
  }),
  'GetSPInfo-Request': element<GetSPInfoRequest>('GetSPInfo-Request', {
    kind: constant('GetSPInfo-Request'),
    clientID: clientID(version),
  }),
  'GetSPInfo-Response': getSPInfoResponse(version),
  'Service-Request': element<ServiceRequest>('Service-Request', {
    kind: constant('Service-Request'),
    clientID: clientID(version),
    functions: optionalChild(nameTree('Functions')),
    allFunctionsRequest,
  }),
  'Service-Response': element<ServiceResponse>('Service-Response', {
    kind: constant('Service-Response'),
    clientID: echoedClientID(version),
    functions: optionalChild(nameTree('Functions')),
    allFunctions: optionalChild(nameTree('AllFunctions')),
  }),
  'ClientCapability-Request': element<ClientCapabilityRequest>('ClientCapability-Request', {
    kind: constant('ClientCapability-Request'),
    clientID: clientID(version),
    capabilityList: child(capabilityList('CapabilityList', false)),
  }),
  'ClientCapability-Response': clientCapabilityResponse(version),
  'Polling-Request': element<PollingRequest>('Polling-Request', { kind: constant('Polling-Request') }),
});
