import { describe, expect, it } from '@jest/globals';
import { type CspMessage, encodeCsp } from '@sap2/csp-wire';
import { OPERATOR, PROVIDER } from './cast.js';
import { saidInCsp, saidInSsp } from './said.js';

const CHALLENGE: CspMessage = {
  version: '1.2',
  encoding: 'wbxml',
  session: { type: 'Outband', sessionID: undefined },
  mode: 'Response',
  transactionID: '1',
  poll: undefined,
  primitive: {
    kind: 'Login-Response',
    clientID: undefined,
    result: { code: 401, description: undefined, tryAgainTimeoutS: undefined },
    nonce: '228633a3aa99a0e5',
    digestSchema: 'SHA-256',
    sessionID: undefined,
    keepAliveTime: undefined,
    capabilityRequest: undefined,
    agreedCapabilityList: undefined,
  },
};

describe('a message of the play', () => {
  it('between phone and SAP 1 has its name, its code and what matters of it', () => {
    const bytes = encodeCsp(CHALLENGE);
    const { who, sayings, xml, binary } = saidInCsp('phone-1', { from: 'front', bytes, message: CHALLENGE });
    expect(who).toBe('phone-1 ◄── SAP 1');
    const details = ['nonce=228633a3…', 'digestSchema=SHA-256'];
    expect(sayings).toEqual([{ what: 'Login-Response', details, status: 401 }]);
    expect(xml).toContain('<Nonce>228633a3aa99a0e5</Nonce>');
    expect(binary).toBe(bytes);
  });

  it('may be an empty answer', () => {
    const { sayings, xml } = saidInCsp('phone-1', {
      from: 'front',
      bytes: Buffer.alloc(0),
      message: undefined,
    });
    expect([sayings[0]?.what, xml]).toEqual(['nothing', '']);
  });

  it('between the servers has SAP 1 on the left', () => {
    const message = { from: OPERATOR, to: PROVIDER, xml: '', httpStatus: 503 };
    const { who, sayings } = saidInSsp(message);
    expect([who, sayings[0]?.what]).toEqual(['SAP 1 ──► SAP 2', 'HTTP 503']);
  });
});
