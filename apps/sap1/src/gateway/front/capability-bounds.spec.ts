import { describe, expect, it } from '@jest/globals';
import type { CapabilityList } from '@sap2/csp-wire';
import { agreedCapabilities } from './capability-bounds.js';

const OFFER = { serverPollMinS: 10, stcp: { host: 'stcp.example', port: 3171 } };
const shown = (list: CapabilityList): readonly string[] => list.map(({ name, value }) => `${name} ${value}`);

describe('what a client and the gateway agree on', () => {
  it('has the values of the gateway, also if the client sent nothing', () => {
    expect(shown(agreedCapabilities([], OFFER))).toEqual([
      'InitialDeliveryMethod P',
      'SupportedBearer HTTP',
      'MultiTrans 1',
      'ParserSize 32767',
      'ServerPollMin 10',
    ]);
  });

  it('never exceeds the parser of the client, and never polls more often than it wants', () => {
    const wished = [
      { name: 'ParserSize', value: '4096' },
      { name: 'ServerPollMin', value: '60' },
    ] as const;
    const agreed = shown(agreedCapabilities(wished, OFFER));
    expect(agreed).toEqual(expect.arrayContaining(['ParserSize 4096', 'ServerPollMin 60']));
  });

  it.each(['-1', 'x', '0', ''])('ignores what is no positive number: %s', (value) => {
    const agreed = shown(agreedCapabilities([{ name: 'ParserSize', value }], OFFER));
    expect(agreed).toContain('ParserSize 32767');
  });

  it('offers STCP only to a client that wants it, and only where it is reachable', () => {
    const wished = [
      { name: 'SupportedCIRMethod', value: 'SUDP' },
      { name: 'SupportedCIRMethod', value: 'STCP' },
      { name: 'UDPPort', value: '7' },
    ] as const;
    const of = (...args: Parameters<typeof agreedCapabilities>): readonly string[] =>
      shown(agreedCapabilities(...args)).filter((entry) => /CIR|TCP|UDP/.test(entry));
    expect(of(wished, OFFER)).toEqual(['SupportedCIRMethod STCP', 'TCPAddress stcp.example', 'TCPPort 3171']);
    expect(of([], OFFER)).toEqual([]);
    expect(of(wished, { ...OFFER, stcp: undefined })).toEqual([]);
  });
});
