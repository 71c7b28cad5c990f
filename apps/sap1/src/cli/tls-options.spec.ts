import { describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@sap2/test-support';
import { listenTls, tlsFor } from './tls-options.js';

const folder = testFolder();
const file = (name: string): string => {
  writeFileSync(join(folder, name), `the ${name}`);
  return join(folder, name);
};
const URL_OF_SAP2 = 'https://sap2.example/ssp';
const [ca, cert, key] = ['ca', 'cert', 'key'].map(file) as [string, string, string];

describe('options for https', () => {
  it('are read from their files', () => {
    expect(tlsFor(URL_OF_SAP2, { ca, cert, key })).toEqual({
      ca: 'the ca',
      cert: 'the cert',
      key: 'the key',
    });
    expect(tlsFor(URL_OF_SAP2, {})).toBeUndefined();
    expect(tlsFor('http://sap2.example/ssp', {})).toBeUndefined();
    expect(listenTls(true, { ca, cert, key })).toEqual({ cert: 'the cert', key: 'the key' });
    expect(listenTls(undefined, { cert, key })).toBeUndefined();
  });

  it.each<[string, () => unknown, string]>([
    ['half of a certificate', () => tlsFor(URL_OF_SAP2, { cert }), '--cert and --key belong together'],
    ['and the other half', () => tlsFor(URL_OF_SAP2, { key }), '--cert and --key belong together'],
    ['anything for http', () => tlsFor('http://sap2.example/ssp', { ca }), 'give --url https://'],
    [
      'a file that is not there',
      () => tlsFor(URL_OF_SAP2, { ca: '/nowhere' }),
      '--ca /nowhere can not be read',
    ],
    ['a listener without a certificate', () => listenTls(true, {}), '--listen-tls needs'],
  ])('%s is refused, and what is wanted is said', (_, read, why) => {
    expect(read).toThrow(why);
  });
});
