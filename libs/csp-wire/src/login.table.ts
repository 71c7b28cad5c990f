import { assertNever } from '@sap2/kernel';
import {
  child,
  children,
  constant,
  type Element,
  element,
  mapped,
  nonEmpty,
  optionalChild,
  string,
  textElement,
  trimLineBreaks,
} from '@sap2/xml-codec';
import { capabilityList } from './capability-list.js';
import type { CspCredential, CspVersion, LoginRequest, LoginResponse } from './messages.js';
import {
  clientID,
  echoedClientID,
  MAX_ID,
  optionalSeconds,
  optionalText,
  result,
  sessionID,
  since,
} from './shared.table.js';
import { boolean, plainId, someText } from './text-types.js';

const MAX_SCHEMAS = 16;
/** Nonce, DigestBytes and what is like them. */
const MAX_DIGEST = 256;

interface CredentialOnWire {
  readonly password: string | undefined;
  readonly digestSchemas: readonly (string | undefined)[];
  readonly digestBytes: string | undefined;
}

type LoginOnWire = Omit<LoginRequest, 'credential'> & CredentialOnWire;

/** Where several came, the one that decides more wins. */
function readCredential({ password, digestSchemas, digestBytes }: CredentialOnWire): CspCredential {
  if (password !== undefined) return { scheme: 'password', password };
  if (digestBytes !== undefined) return { scheme: 'digest', digestBytes };
  const names = digestSchemas.flatMap((text) => text?.split(/[\s,]+/) ?? []).filter((name) => name !== '');
  return names.length > 0 ? { scheme: 'challenge', digestSchemas: names } : { scheme: 'none' };
}

function writeCredential(credential: CspCredential): CredentialOnWire {
  const none: CredentialOnWire = { password: undefined, digestSchemas: [], digestBytes: undefined };
  switch (credential.scheme) {
    case 'password':
      return { ...none, password: credential.password };
    case 'challenge':
      return { ...none, digestSchemas: credential.digestSchemas };
    case 'digest':
      return { ...none, digestBytes: credential.digestBytes };
    case 'none':
      return none;
    default:
      return assertNever(credential);
  }
}

export const loginRequest = (version: CspVersion): Element<LoginRequest> =>
  mapped<LoginOnWire, LoginRequest>(
    element<LoginOnWire>('Login-Request', {
      kind: constant('Login-Request'),
      userID: child(textElement('UserID', nonEmpty(MAX_ID))),
      clientID: clientID(version),
      password: optionalChild(textElement('Password', string(256), trimLineBreaks)),
      digestSchemas: children(textElement('DigestSchema', someText(256)), MAX_SCHEMAS),
      digestBytes: optionalText('DigestBytes', MAX_DIGEST),
      timeToLive: optionalSeconds('TimeToLive'),
      sessionCookie: optionalText('SessionCookie', 256),
      sessionID,
      capabilityList: since('1.3', version, optionalChild(capabilityList('CapabilityList', false))),
    }),
    ({ password, digestSchemas, digestBytes, ...rest }) => ({
      ...rest,
      credential: readCredential({ password, digestSchemas, digestBytes }),
    }),
    ({ credential, ...rest }) => ({ ...rest, ...writeCredential(credential) }),
  );

export const loginResponse = (version: CspVersion): Element<LoginResponse> =>
  element<LoginResponse>('Login-Response', {
    kind: constant('Login-Response'),
    clientID: echoedClientID(version),
    result: result(version),
    nonce: optionalChild(textElement('Nonce', plainId(MAX_DIGEST))),
    digestSchema: optionalChild(textElement('DigestSchema', plainId(256))),
    sessionID,
    keepAliveTime: optionalSeconds('KeepAliveTime'),
    capabilityRequest: optionalChild(textElement('CapabilityRequest', boolean)),
    agreedCapabilityList: since('1.3', version, optionalChild(capabilityList('AgreedCapabilityList', true))),
  });
