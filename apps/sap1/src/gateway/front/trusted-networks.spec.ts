import { describe, expect, it } from '@jest/globals';
import { isNetwork, plainAddress, TrustedNetworks } from './trusted-networks.js';

describe('addresses whose header is believed', () => {
  const trusted = new TrustedNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);

  it.each([
    ['10.1.2.3', true],
    ['192.0.2.7', true],
    ['2001:db8::1', true],
    ['::ffff:10.1.2.3', true],
    ['192.0.2.8', false],
    ['11.0.0.1', false],
    ['2001:db9::1', false],
    ['no address', false],
  ])('%s: %s', (address, isTrusted) => {
    expect(trusted.has(plainAddress(address))).toBe(isTrusted);
  });

  it('no network trusts no address', () => {
    expect(new TrustedNetworks([]).has('127.0.0.1')).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/8/8', 'host.example', '', '::1/129'])('%s is no network', (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});
