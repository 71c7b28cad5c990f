import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseGatewaySettings, readGatewaySettings } from './read-gateway-settings.js';

const PROVIDER = {
  domain: 'Provider.example',
  serviceID: 'wv:@provider.example',
  url: 'http://127.0.0.1:7070/ssp',
  sharedSecret: 'a secret of both',
};
const FILE = {
  serviceID: 'wv:@operator.example',
  defaultDomain: 'provider.example',
  providers: [PROVIDER],
};

const folder = mkdtempSync(join(tmpdir(), 'sap1-settings-'));
function fileWith(content: string): string {
  const path = join(folder, `${content.length}.json`);
  writeFileSync(path, content);
  return path;
}

const faultsIn = (changes: object, env: Readonly<Record<string, string>> = {}): readonly string[] => {
  const parsed = parseGatewaySettings({ ...FILE, ...changes }, env);
  return parsed.ok ? [] : parsed.error;
};

describe('the configuration of the gateway', () => {
  it('fills in everything that has a default', () => {
    const parsed = parseGatewaySettings(FILE, {});
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        node: 'n1',
        front: { bind: '127.0.0.1', port: 7171, path: '/csp', longPollS: 10, keepAliveWindowMs: 50 },
        pushes: { port: 7170 },
        clientProfiles: [],
        providers: [{ domains: ['provider.example'], sharedSecret: 'a secret of both' }],
      },
    });
    expect(parsed.ok && [parsed.value.stcp, parsed.value.admin]).toEqual([undefined, undefined]);
  });

  it('takes a secret from a file or a variable, without the last line break', () => {
    const { sharedSecret: _, ...rest } = PROVIDER;
    const providers = [
      { ...rest, sharedSecretFile: fileWith('from a file\n') },
      { ...rest, domain: 'b.example', serviceID: 'wv:@b.example', sharedSecretEnv: 'B_SECRET' },
    ];
    const parsed = parseGatewaySettings({ ...FILE, providers }, { B_SECRET: 'from a variable' });
    expect(parsed.ok && parsed.value.providers.map(({ sharedSecret }) => sharedSecret)).toEqual([
      'from a file',
      'from a variable',
    ]);
  });

  it('joins the entries of one SAP 2', () => {
    const providers = [PROVIDER, { ...PROVIDER, domain: 'second.example' }];
    const parsed = parseGatewaySettings({ ...FILE, providers }, {});
    expect(parsed.ok && parsed.value.providers).toMatchObject([
      { serviceID: 'wv:@provider.example', domains: ['provider.example', 'second.example'] },
    ]);
  });

  it.each([
    [
      { providers: [PROVIDER, { ...PROVIDER, url: 'http://other.example/' }] },
      [
        'providers[1].domain: is that of providers[0]',
        'providers[1]: has the serviceID of providers[0], but differs from it',
      ],
    ],
    [{ defaultDomain: 'other.example' }, ['defaultDomain: is not the domain of a provider']],
    [
      { providers: [{ ...PROVIDER, tls: { keyFile: 'x' } }] },
      ['providers[0].tls: certificateFile and keyFile belong together'],
    ],
    [
      { providers: [{ ...PROVIDER, sharedSecretEnv: 'X' }] },
      ['providers[0]: needs exactly one of sharedSecret, sharedSecretFile and sharedSecretEnv'],
    ],
    [
      { front: { msisdn: { trustedNetworks: ['10.0.0.0/33'] } } },
      ['front.msisdn.trustedNetworks[0]: must be an address or a network such as 10.0.0.0/8'],
    ],
    [{ colour: 'red' }, ['colour: there is no such field']],
  ])('finds faults %#', (changes, faults) => {
    expect(faultsIn(changes)).toEqual(faults);
  });

  it('has no secret in a fault', () => {
    const faults = faultsIn({
      providers: [
        { ...PROVIDER, domain: 7 },
        { ...PROVIDER, url: PROVIDER.sharedSecret },
      ],
    });
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).not.toContain(PROVIDER.sharedSecret);
  });

  it('says where a file stops being JSON, or that it cannot be read', () => {
    const read = (path: string) => readGatewaySettings(path, {});
    expect(read(fileWith('{"serviceID": }'))).toMatchObject({
      ok: false,
      error: [expect.stringContaining('line 1, column 15: expected a value')],
    });
    expect(read(join(folder, 'missing'))).toMatchObject({
      ok: false,
      error: [expect.stringContaining('cannot be read (ENOENT)')],
    });
  });
});
