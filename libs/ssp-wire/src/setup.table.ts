import {
  attribute,
  child,
  constant,
  content,
  type Element,
  element,
  mapped,
  nonEmpty,
  only,
  optionalAttribute,
  optionalChild,
  string,
} from '@sap2/xml-codec';
import type {
  PasswordDigest,
  SapLoginRequest,
  SapLoginResponse,
  SendSecretToken,
  SetupPrimitive,
} from './messages.js';
import { digest, schemaName, seconds, serviceName, status } from './shared.table.js';

type TokenOnWire = Omit<SendSecretToken, 'secretToken' | 'encoding'> & {
  readonly token: Pick<SendSecretToken, 'secretToken' | 'encoding'>;
};

const sendSecretToken = mapped<TokenOnWire, SendSecretToken>(
  element('SendSecretToken', {
    kind: constant('SendSecretToken'),
    serviceID: attribute('serviceID', serviceName),
    protocol: optionalAttribute('protocol', string(32)),
    protocolVersion: optionalAttribute('protocolVersion', string(16), 'procotolVersion'),
    token: child(
      element<TokenOnWire['token']>('SecretToken', {
        encoding: optionalAttribute('encoding', only('base64')),
        /** 128 bits have 32 characters in hex; no token needs much more. */
        secretToken: content(nonEmpty(1024)),
      }),
    ),
  }),
  ({ token, ...rest }) => ({ ...rest, ...token }),
  ({ secretToken, encoding, ...rest }) => ({ ...rest, token: { secretToken, encoding } }),
);

const passwordDigest = element<PasswordDigest>(
  'PasswordDigest',
  { digestSchema: optionalAttribute('digestSchema', schemaName), value: content(digest) },
  { encoding: 'base64' },
);

/** Messages of the set-up between SAPs (ssp-binding §3). */
export const SETUP_PRIMITIVES = {
  SendSecretToken: sendSecretToken,
  LoginRequest: element<SapLoginRequest>('LoginRequest', {
    kind: constant('LoginRequest'),
    serviceID: attribute('serviceID', serviceName),
    timeToLive: optionalAttribute('timeToLive', seconds),
    passwordDigest: child(passwordDigest),
  }),
  LoginResponse: element<SapLoginResponse>('LoginResponse', {
    kind: constant('LoginResponse'),
    sessionID: optionalAttribute('sessionID', serviceName),
    timeToLive: optionalAttribute('timeToLive', seconds),
    status: child(status),
    passwordDigest: optionalChild(passwordDigest),
  }),
} satisfies { readonly [P in SetupPrimitive as P['kind']]: Element<P> };
