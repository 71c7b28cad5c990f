import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { agreementChanges } from './agreement-entry.js';
import { contradictionsIn, warningsOf } from './agreement-rules.js';

const settings = z.strictObject(agreementChanges);
const takes = (input: unknown): boolean => settings.safeParse(input).success;

describe('the settings of an agreement', () => {
  it.each([
    { clientCertificates: [`sha256:${'0a'.repeat(32)}`, 'dns:sap1.operator.example'] },
    { sourceAddresses: ['192.0.2.0/24', '2001:db8::/32', '0.0.0.0/0', '::1/128'] },
    { limits: { requestsPerSecond: 1, inFlight: 1_000_000 } },
    { validFrom: '2027-01-31T00:00:00Z', validUntil: '2027-01-31T01:00:00+01:00' },
  ])('take %j', (input) => {
    expect(takes(input)).toBe(true);
  });

  it.each([
    { clientCertificates: ['0a'.repeat(32)] },
    { clientCertificates: [`sha256:${'0A'.repeat(32)}`] },
    { clientCertificates: ['dns:'] },
    { clientCertificates: ['dns:*.example'] },
    { sourceAddresses: ['192.0.2.0'] },
    { sourceAddresses: ['192.0.2.0/33'] },
    { sourceAddresses: ['2001:db8::/129'] },
    { sourceAddresses: ['192.0.2.0/24/1'] },
    { sourceAddresses: ['192.0.2.0/ 4'] },
    { sourceAddresses: ['operator.example/24'] },
    { sourceAddresses: Array.from({ length: 65 }, () => '192.0.2.0/24') },
    { limits: { inFlight: 0 } },
    { limits: { inFlight: 1.5 } },
    { limits: { sessions: 1 } },
    { validFrom: '2027-01-31' },
    { requiredTransport: 'http' },
  ])('refuse %j', (input) => {
    expect(takes(input)).toBe(false);
  });

  const PLAIN = {
    answerMode: 'inline',
    requiredTransport: 'any',
    digestSchemas: ['HMAC-SHA-256'],
    clientCertificates: [],
    sourceAddresses: [],
    allowUnprotected: false,
  } as const;
  const MD5 = { ...PLAIN, digestSchemas: ['HMAC-SHA-256', 'MD5'] } as const;
  it.each([
    [{ ...PLAIN, callbackUrl: 'http://a' }, undefined],
    [{ ...PLAIN, requiredTransport: 'https', callbackUrl: 'HTTPS://a' }, undefined],
    [{ ...PLAIN, requiredTransport: 'https' }, undefined],
    [{ ...PLAIN, requiredTransport: 'https', callbackUrl: 'http://a' }, 'callbackUrl'],
    [{ ...PLAIN, answerMode: 'callback' }, 'callbackUrl'],
    [{ ...PLAIN, validFromMs: 1_000, validUntilMs: 1_000 }, 'validUntil'],
    [{ ...PLAIN, validFromMs: 1_000, validUntilMs: 2_000 }, undefined],
    [MD5, 'sourceAddresses'],
    [{ ...MD5, sourceAddresses: ['192.0.2.0/24', '::/0'] }, 'sourceAddresses'],
    [{ ...MD5, sourceAddresses: ['192.0.2.0/24'] }, undefined],
    [{ ...MD5, clientCertificates: ['dns:sap1.operator.example'] }, undefined],
    [{ ...MD5, allowUnprotected: true }, undefined],
  ] as const)('of %j contradict each other in %s', (agreement, field) => {
    expect(contradictionsIn(agreement).map((one) => one.field)).toEqual(field === undefined ? [] : [field]);
  });

  it('warn of an agreement that a stranger can use, as long as it is so', () => {
    expect(warningsOf(MD5)).toEqual([expect.stringMatching(/MD5.*a stranger can act as this peer/)]);
    expect(warningsOf({ ...MD5, sourceAddresses: ['192.0.2.0/24'] })).toEqual([]);
    expect(warningsOf(PLAIN)).toEqual([]);
  });
});
