import { describe, expect, it } from '@jest/globals';
import type { ServiceID } from '@sap2/session-core';
import { type AgreementEntry, type AgreementSettings, readAgreementEntry } from './agreement-entry.js';
import type { AgreementRecord } from './agreements.js';
import type { WrongEntry } from './entry-rules.js';

const read = (entry: AgreementEntry, before?: AgreementRecord): AgreementSettings | WrongEntry =>
  readAgreementEntry(entry, before, (url) => (url.includes('169.254.') ? 'link-local' : undefined));

const BEFORE: AgreementRecord = {
  ...(read({
    domains: ['provider.example'],
    callbackUrl: 'http://sap1.example/',
    limits: { inFlight: 5 },
    services: ['GETSPI'],
    validFrom: '1970-01-01T00:00:01Z',
  }) as AgreementSettings),
  serviceID: 'wv:@operator.example' as ServiceID,
  secrets: { inbound: 1, outbound: 1 },
  createdAtMs: 0,
  updatedAtMs: 0,
  revision: 1,
};

describe('an agreement, as an administrator writes it', () => {
  it('has the defaults of ssp-binding where nothing is said, and our name from its first domain', () => {
    expect(read({ domains: ['Provider.EXAMPLE', 'provider.example.'] })).toMatchObject({
      enabled: true,
      answerMode: 'inline',
      digestSchemas: ['HMAC-SHA-256'],
      domains: ['provider.example'],
      ownServiceID: 'wv:@provider.example',
      allowPasswordOverHttp: false,
      requiredTransport: 'any',
    });
  });

  it('keeps what a change leaves out, and loses what it sets to null', () => {
    expect(read({ enabled: false }, BEFORE)).toMatchObject({
      enabled: false,
      callbackUrl: 'http://sap1.example/',
      services: ['GETSPI'],
      limits: { inFlight: 5 },
      validFromMs: 1_000,
    });
    const taken = read({ callbackUrl: null, services: null, validFrom: null, limits: {} }, BEFORE);
    expect(taken).toMatchObject({ callbackUrl: undefined, services: undefined, validFromMs: undefined });
    expect(taken).toMatchObject({ limits: { inFlight: undefined }, domains: ['provider.example'] });
  });

  it.each<[string, AgreementEntry, string]>([
    ['a domain that is none', { domains: ['a b'], ownServiceID: 'wv:@a.example' }, 'domains/0'],
    ['no domain and no name of ours', {}, 'ownServiceID'],
    ['a name of ours that is none', { domains: ['a.example'], ownServiceID: 'a b' }, 'ownServiceID'],
    ['an unknown service', { domains: ['a.example'], services: ['TELEPATHY'] }, 'services'],
  ])('is refused with %s', (_what, entry, field) => {
    expect(read(entry)).toMatchObject({ kind: 'wrong-entry', fields: [{ field }] });
  });

  it('is judged as a whole, with what stood before, and its address by where calls may go', () => {
    const fields = (entry: AgreementEntry) => (read(entry, BEFORE) as WrongEntry).fields;
    expect(fields({ requiredTransport: 'https' })).toMatchObject([
      { field: 'callbackUrl', what: 'must be https, since requiredTransport is' },
    ]);
    expect(fields({ validUntil: '1970-01-01T00:00:01Z' })).toMatchObject([{ field: 'validUntil' }]);
    expect(fields({ callbackUrl: 'http://169.254.169.254/' })).toEqual([
      { field: 'callbackUrl', what: 'cannot be called: link-local' },
    ]);
  });
});
