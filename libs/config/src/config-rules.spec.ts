import { describe, expect, it } from '@jest/globals';
import { describeFault, type Environment, readConfig } from '@sap2/config';

function faultsOf(env: Environment): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.error.map(describeFault);
}

describe.each(['SSP', 'ADMIN'])('TLS of the listener %s', (listener) => {
  const certificate = { [`SAP2_${listener}_TLS_CERTIFICATE_FILE`]: 'tls.crt' };
  const key = { [`SAP2_${listener}_TLS_KEY_FILE`]: 'tls.key' };
  const authorities = { [`SAP2_${listener}_TLS_CLIENT_CA_FILE`]: 'ca.crt' };
  const clients = (wanted: string) => ({ [`SAP2_${listener}_TLS_CLIENT_CERTIFICATES`]: wanted });

  it('is a certificate and its key, and as it likes the authorities of its clients', () => {
    expect(faultsOf({ ...certificate, ...key })).toEqual([]);
    expect(faultsOf({ ...certificate, ...key, ...authorities, ...clients('required') })).toEqual([]);
  });

  it.each([
    [certificate, `SAP2_${listener}_TLS_KEY_FILE is not set, but SAP2_${listener}_TLS_CERTIFICATE_FILE is`],
    [key, `SAP2_${listener}_TLS_CERTIFICATE_FILE is not set, but SAP2_${listener}_TLS_KEY_FILE is`],
    [
      { ...clients('required'), ...authorities },
      `SAP2_${listener}_TLS_CLIENT_CERTIFICATES asks for certificates of clients, but`,
    ],
    [
      { ...certificate, ...key, ...clients('required') },
      `SAP2_${listener}_TLS_CLIENT_CA_FILE is not set, but SAP2_${listener}_TLS_CLIENT_CERTIFICATES is required`,
    ],
    [
      { ...certificate, ...key, ...authorities },
      `SAP2_${listener}_TLS_CLIENT_CA_FILE is set, but SAP2_${listener}_TLS_CLIENT_CERTIFICATES is "none"`,
    ],
  ])('half of it is refused, and what is missing is said: %j', (env, problem) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(`^${problem}.*; expected .{10,}`)]);
  });
});

describe('http beside https', () => {
  const https = { SAP2_SSP_TLS_CERTIFICATE_FILE: 'tls.crt', SAP2_SSP_TLS_KEY_FILE: 'tls.key' };

  it('is a port of its own, and only where there is https', () => {
    expect(faultsOf({ ...https, SAP2_SSP_PLAIN_PORT: '7071' })).toEqual([]);
    expect(faultsOf({ ...https, SAP2_SSP_PLAIN_PORT: '0', SAP2_SSP_PORT: '0' })).toEqual([]);
    expect(faultsOf({ SAP2_SSP_PLAIN_PORT: '7071' })).toEqual([
      expect.stringContaining('without a certificate SAP2_SSP_PORT speaks http already'),
    ]);
    for (const taken of ['7070', '7080']) {
      expect(faultsOf({ ...https, SAP2_SSP_PLAIN_PORT: taken })).toEqual([
        'SAP2_SSP_PLAIN_PORT is also another port of this process; expected a port of its own',
      ]);
    }
  });

  it.each(['65536', '-1', '7 071', '1e3', '0x1f'])('does not take %j for a port', (port) => {
    expect(faultsOf({ ...https, SAP2_SSP_PLAIN_PORT: port })).toHaveLength(1);
  });
});
