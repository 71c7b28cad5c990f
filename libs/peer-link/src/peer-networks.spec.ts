import { describe, expect, it } from '@jest/globals';
import { PeerNetworks } from './peer-networks.js';

const PUBLIC = new PeerNetworks([], 'allowed-networks');
const HOME = new PeerNetworks(['loopback', 'private'], 'allowed-networks');
const EVERYTHING = new PeerNetworks(['0.0.0.0/0', '::/0'], 'anywhere');

describe('an address that our calls may go to', () => {
  it.each(['203.0.114.7', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s: over https, without being named',
    (address) => {
      expect(PUBLIC.refusalOf(address, true)).toBeUndefined();
    },
  );

  it.each([
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '100.64.0.1',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
  ])('%s: if the configuration names its network', (address) => {
    expect(PUBLIC.refusalOf(address, true)).toContain('SAP2_PEER_NETWORKS');
    expect(HOME.refusalOf(address, true)).toBeUndefined();
    expect(HOME.refusalOf(address, false)).toBeUndefined();
  });

  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    'fe80::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '240.0.0.1',
    '192.0.0.192',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '::7f00:1',
    '4000::1',
  ])('%s: never, whatever the configuration names', (address) => {
    for (const networks of [PUBLIC, HOME, EVERYTHING]) {
      expect(networks.refusalOf(address, true)).toMatch(/no address of a peer|SAP2_PEER_NETWORKS/u);
    }
    expect(EVERYTHING.refusalOf(address, true)).toContain('whatever the configuration says');
  });

  it('one network by its numbers, and not the one beside it', () => {
    const networks = new PeerNetworks(['10.20.0.0/16'], 'allowed-networks');
    expect(networks.refusalOf('10.20.255.1', true)).toBeUndefined();
    expect(networks.refusalOf('10.21.0.1', true)).toBeDefined();
  });
});

describe('plain http', () => {
  it('is for networks that are named, unless it is allowed anywhere', () => {
    expect(PUBLIC.refusalOf('203.0.114.7', false)).toContain('plain http');
    expect(
      new PeerNetworks(['203.0.114.0/24'], 'allowed-networks').refusalOf('203.0.114.7', false),
    ).toBeUndefined();
    expect(new PeerNetworks([], 'anywhere').refusalOf('203.0.114.7', false)).toBeUndefined();
    expect(new PeerNetworks([], 'anywhere').refusalOf('127.0.0.1', false)).toBeDefined();
  });
});

describe('a URL', () => {
  it.each([
    ['http://127.0.0.1:7170/', true],
    ['https://[::1]/', true],
    ['http://2130706433/', true],
    ['http://0x7f.1/', true],
    ['http://127.1/', true],
    ['https://[::ffff:7f00:1]:443/x', true],
    ['https://sap1.operator.example/', false],
    ['https://203.0.114.7/', false],
  ])('%s is refused by its address, however it is written: %s', (url, isRefused) => {
    expect(PUBLIC.refusalOfUrl(url) !== undefined).toBe(isRefused);
  });
});
