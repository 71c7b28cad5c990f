import { assertNever } from '@sap2/kernel';
import {
  child,
  children,
  constant,
  content,
  type Element,
  element,
  mapped,
  nameTree,
  optionalAttribute,
  optionalChild,
  Refusal,
  string,
  textElement,
  trimLineBreaks,
  yesNo,
} from '@sap2/xml-codec';
import { fragmentElement } from './fragment.js';
import type { LoginCredential, UserLoginRequest, UserLoginResponse } from './messages.js';
import { digest, metaInfo, epoch, schemaName, seconds, sessionId, status, user } from './shared.table.js';

/** Three are known (ssp-binding §4.1). */
const MAX_SCHEMAS = 16;

export const functions = optionalChild(nameTree('Functions'));

const digestSchema = textElement('DigestSchema', schemaName);
const nonce = optionalChild(textElement('Nonce', digest));

interface DigestBytes {
  readonly digestSchema: string | undefined;
  readonly digestBytes: string;
}

interface CredentialOnWire {
  readonly digestSchemas: readonly string[];
  readonly nonce: string | undefined;
  readonly digestBytes: DigestBytes | undefined;
  readonly password: string | undefined;
}

type LoginOnWire = Omit<UserLoginRequest, 'credential'> & CredentialOnWire;

/** Exactly one of the three schemes, and none of them by halves. */
function readCredential({
  digestSchemas,
  nonce: echoed,
  digestBytes,
  password,
}: CredentialOnWire): LoginCredential | Refusal {
  const digestGiven = echoed !== undefined || digestBytes !== undefined;
  const schemes = [digestSchemas.length > 0, digestGiven, password !== undefined].filter(Boolean).length;
  if (schemes !== 1)
    return new Refusal(400, 'not exactly one of DigestSchema, Nonce with DigestBytes, Password');
  if (password !== undefined) return { scheme: 'password', password };
  if (!digestGiven) return { scheme: 'challenge', digestSchemas };
  return echoed === undefined || digestBytes === undefined
    ? new Refusal(400, 'only one of Nonce and DigestBytes')
    : { scheme: 'digest', nonce: echoed, ...digestBytes };
}

function writeCredential(credential: LoginCredential): CredentialOnWire {
  const none: CredentialOnWire = {
    digestSchemas: [],
    nonce: undefined,
    digestBytes: undefined,
    password: undefined,
  };
  switch (credential.scheme) {
    case 'challenge':
      return { ...none, digestSchemas: credential.digestSchemas };
    case 'digest':
      return { ...none, nonce: credential.nonce, digestBytes: credential };
    case 'password':
      return { ...none, password: credential.password };
    default:
      return assertNever(credential);
  }
}

export const userLoginRequest: Element<UserLoginRequest> = mapped<LoginOnWire, UserLoginRequest>(
  element<LoginOnWire>('UserLoginRequest', {
    kind: constant('UserLoginRequest'),
    timeToLive: optionalAttribute('timeToLive', seconds),
    userSessionID: optionalAttribute('userSessionID', sessionId),
    sessionCookie: optionalAttribute('sessionCookie', string(256)),
    cspVersion: optionalAttribute('cspVersion', string(16)),
    sapEpoch: optionalAttribute('sapEpoch', epoch),
    metaInfo: child(metaInfo),
    digestSchemas: children(digestSchema, MAX_SCHEMAS),
    nonce,
    digestBytes: optionalChild(
      element<DigestBytes>(
        'DigestBytes',
        { digestSchema: optionalAttribute('digestSchema', schemaName), digestBytes: content(digest) },
        { encoding: 'base64' },
      ),
    ),
    password: optionalChild(textElement('Password', string(256), trimLineBreaks)),
    functions,
    capabilityList: optionalChild(fragmentElement('CapabilityList')),
  }),
  ({ digestSchemas, nonce: echoed, digestBytes, password, ...rest }) => {
    const credential = readCredential({ digestSchemas, nonce: echoed, digestBytes, password });
    return credential instanceof Refusal ? credential : { ...rest, credential };
  },
  ({ credential, ...rest }) => ({ ...rest, ...writeCredential(credential) }),
);

export const userLoginResponse: Element<UserLoginResponse> = element<UserLoginResponse>('UserLoginResponse', {
  kind: constant('UserLoginResponse'),
  userSessionID: optionalAttribute('userSessionID', sessionId),
  keepAliveTime: optionalAttribute('keepAliveTime', seconds),
  capabilityRequest: optionalAttribute('capabilityRequest', yesNo),
  status: child(status),
  user: optionalChild(user),
  nonce,
  digestSchema: optionalChild(digestSchema),
  functions,
  agreedCapabilityList: optionalChild(fragmentElement('AgreedCapabilityList')),
});
