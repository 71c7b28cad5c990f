import { describe, expect, it } from '@jest/globals';
import { anAgreement } from '@sap2/test-support';
import { type Arrival, arrivalFault, type ClientCertificate } from './arrival.js';

const FINGERPRINT = 'ab'.repeat(32);

const certificate = (particulars: Partial<ClientCertificate> = {}): ClientCertificate => ({
  fingerprint: FINGERPRINT,
  isFor: (dnsName) => dnsName === 'sap1.operator.example',
  isVerified: true,
  ...particulars,
});

const overTls = (particulars: Partial<Arrival> = {}): Arrival => ({
  secure: true,
  address: '192.0.2.7',
  certificate: certificate(),
  ...particulars,
});

describe('the way a message came', () => {
  it('is free where the agreement asks for nothing', () => {
    const plain = overTls({ secure: false, certificate: undefined });
    expect(arrivalFault(anAgreement(), plain)).toBeUndefined();
  });

  it('must be TLS where https is required', () => {
    const agreement = anAgreement({ requiredTransport: 'https' });
    expect(arrivalFault(agreement, overTls({ certificate: undefined }))).toBeUndefined();
    expect(arrivalFault(agreement, overTls({ secure: false }))).toBe('plain-http');
  });

  it.each([
    ['192.0.2.7', undefined],
    ['192.0.2.255', undefined],
    ['198.51.100.9', undefined],
    ['192.0.3.0', 'other-address'],
    ['198.51.100.10', 'other-address'],
    ['2001:db8:1::7', undefined],
    ['2001:db8:2::7', 'other-address'],
    ['::1', 'other-address'],
  ])('from %s is %s with a list of networks', (address, fault) => {
    const agreement = anAgreement({ sourceAddresses: ['192.0.2.0/24', '198.51.100.9', '2001:db8:1::/48'] });
    expect(arrivalFault(agreement, overTls({ address }))).toBe(fault);
  });
});

describe('the certificate of a message', () => {
  const named = (...clientCertificates: readonly string[]) => anAgreement({ clientCertificates });

  it('is needed once the agreement names one', () => {
    const none = overTls({ certificate: undefined });
    expect(arrivalFault(named(`sha256:${FINGERPRINT}`), none)).toBe('no-certificate');
  });

  it('is known by its fingerprint, whatever authority signed it', () => {
    const pinned = named(`sha256:${FINGERPRINT.toUpperCase()}`);
    const selfSigned = overTls({ certificate: certificate({ isVerified: false }) });
    expect(arrivalFault(pinned, selfSigned)).toBeUndefined();
    const other = overTls({ certificate: certificate({ fingerprint: 'cd'.repeat(32) }) });
    expect(arrivalFault(pinned, other)).toBe('other-certificate');
  });

  it('is known by its name only if a CA vouches for it', () => {
    const byName = named('dns:SAP1.operator.example');
    expect(arrivalFault(byName, overTls())).toBeUndefined();
    const selfSigned = overTls({ certificate: certificate({ isVerified: false }) });
    expect(arrivalFault(byName, selfSigned)).toBe('other-certificate');
    expect(arrivalFault(named('dns:sap1.rival.example'), overTls())).toBe('other-certificate');
  });

  it('may be any of several: the old one and the new one', () => {
    expect(
      arrivalFault(named(`sha256:${'00'.repeat(32)}`, `sha256:${FINGERPRINT}`), overTls()),
    ).toBeUndefined();
  });

  it('fits nothing that is named in a way we do not know', () => {
    expect(arrivalFault(named('email:sap1@operator.example'), overTls())).toBe('other-certificate');
  });
});
