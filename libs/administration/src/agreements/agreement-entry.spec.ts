import { describe, expect, it } from '@jest/globals';
import type { ServiceID } from '@sap2/session-core';
import type { AgreementRecord, AgreementSettings } from '../ports/agreement-book.port.js';
import { type AgreementEntry, readAgreementEntry, type WrongEntry } from './agreement-entry.js';

const none = (): readonly [] => [];

const read = (entry: AgreementEntry, before?: AgreementRecord): AgreementSettings | WrongEntry =>
  readAgreementEntry(entry, before, none);

const BEFORE: AgreementRecord = {
  ...(read({
    domains: ['provider.example'],
    callbackUrl: 'http://sap1.example/',
    limits: { inFlight: 5 },
    services: ['GETSPI'],
    validFromMs: 1_000,
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
    const taken = read({ callbackUrl: null, services: null, validFromMs: null, limits: {} }, BEFORE);
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

  it('is judged as a whole, with what stood before', () => {
    const judged: unknown[] = [];
    readAgreementEntry({ requiredTransport: 'https' }, BEFORE, (settings) => {
      judged.push(settings);
      return [];
    });
    expect(judged).toMatchObject([
      {
        answerMode: 'inline',
        callbackUrl: 'http://sap1.example/',
        requiredTransport: 'https',
        validFrom: '1970-01-01T00:00:01.000Z',
        validUntil: undefined,
      },
    ]);
  });
});
