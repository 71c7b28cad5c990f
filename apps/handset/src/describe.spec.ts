import { describe, expect, it } from '@jest/globals';
import type { CspMessage } from '@sap2/csp-wire';
import { describeLeg, hexOf } from './describe.js';

const LOGIN: CspMessage = {
  version: '1.2',
  encoding: 'xml',
  session: { type: 'Outband', sessionID: undefined },
  mode: 'Request',
  transactionID: '1',
  poll: undefined,
  primitive: {
    kind: 'Login-Request',
    userID: 'wv:alice@provider.example',
    clientID: { url: 'phone-1', msisdn: undefined, applicationID: undefined },
    credential: { scheme: 'password', password: 'wonderland' },
    timeToLive: 600,
    sessionCookie: undefined,
    sessionID: undefined,
    capabilityList: undefined,
  },
};

describe('a message on its leg', () => {
  it('is one line without the password', () => {
    expect(describeLeg({ from: 'handset', bytes: Buffer.from('12'), message: LOGIN })).toBe(
      'handset -> front  Login-Request userID=wv:alice@provider.example url=phone-1 scheme=password password=… timeToLive=600  [CSP 1.2, 2 bytes]',
    );
  });

  it('has the name of a primitive that this client does not read', () => {
    const message: CspMessage = { ...LOGIN, primitive: { kind: 'other', name: 'GetPresence-Request' } };
    expect(describeLeg({ from: 'handset', bytes: Buffer.from('1'), message })).toBe(
      'handset -> front  GetPresence-Request  [CSP 1.2, 1 bytes]',
    );
  });

  it('may be an empty answer', () => {
    expect(describeLeg({ from: 'front', bytes: Buffer.alloc(0), message: undefined })).toBe(
      'front -> handset  nothing (an empty answer)',
    );
  });

  it('shows its bytes beside their letters', () => {
    expect(hexOf(Buffer.from('\u0003WV 1234567890abcde'))).toBe(
      [
        '03 57 56 20 31 32 33 34 35 36 37 38 39 30 61 62  .WV 1234567890ab',
        '63 64 65                                         cde',
      ].join('\n'),
    );
  });
});
