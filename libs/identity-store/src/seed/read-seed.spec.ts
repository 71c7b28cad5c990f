import { describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import { agreementWith, ANY_SEED } from '../store-under-test.fixture.js';
import { hashOfToken } from '../administrators.js';
import { readSeed } from './read-seed.js';
import { type Seed, SeedError, type SeedRules } from './seed.js';

const EMPTY: Seed = { domains: [], agreements: [], users: [], administrators: [] };
const KNOWN = {
  domains: ['known.example' as Domain],
  tokens: new Set([hashOfToken('a token that is taken')]),
};
const problemsOf = (seed: Partial<Seed>, rules: Partial<SeedRules> = {}): readonly string[] => {
  try {
    readSeed({ ...EMPTY, ...seed }, KNOWN, { ...ANY_SEED, ...rules });
    return [];
  } catch (error) {
    if (error instanceof SeedError) return error.problems;
    throw error;
  }
};

describe('a seed', () => {
  it('may refer to its own domains and to those of the database, in any spelling', () => {
    const { agreements, accounts } = readSeed(
      {
        ...EMPTY,
        domains: [{ name: 'New.Example.' }],
        agreements: [
          agreementWith('WV:@Peer.example', { domains: ['new.example', 'KNOWN.example', 'New.example'] }),
        ],
        users: [{ userID: 'Alice@New.Example', password: 'p' }],
      },
      KNOWN,
      ANY_SEED,
    );
    expect(agreements[0]).toMatchObject({
      service_id: 'wv:@peer.example',
      own_service_id: 'wv:@new.example',
      domains: ['new.example', 'known.example'],
    });
    expect(accounts).toEqual([{ id: 'wv:alice@new.example', domain: 'new.example', password: 'p' }]);
  });

  it('offers functions by their own names and by those of their branches', () => {
    const { domains } = readSeed(
      { ...EMPTY, domains: [{ name: 'a.example', services: ['SRCH', 'IMSendFunc'] }] },
      KNOWN,
      ANY_SEED,
    );
    expect(domains[0]?.services).toEqual(['SRCH', 'MDELIV', 'FWMSG']);
  });

  it('names every entry that is wrong, all at once', () => {
    expect(
      problemsOf({
        domains: [
          { name: 'a.example' },
          { name: 'not a domain' },
          { name: 'b.example', services: ['SRCH', 'FLY'] },
        ],
        agreements: [
          agreementWith('@@', { domains: [] }),
          agreementWith('wv:@x.example', { domains: ['a.example', 'nowhere.example', '..'] }),
          agreementWith('wv:@y.example', { domains: [] }),
          agreementWith('wv:@z.example', { domains: ['a.example'], ownServiceID: 'a b', services: ['FLY'] }),
        ],
        users: [
          { userID: 'alice@a.example', password: 'p' },
          { userID: 'alice', password: 'p' },
          { userID: 'bob@nowhere.example', password: 'p' },
          { userID: `${'x'.repeat(300)}@a.example`, password: 'p' },
        ],
      }),
    ).toEqual([
      'domains[1].name: is not a domain name',
      'domains[2].services: there is no FLY in the service tree',
      'agreements[0].serviceID: is not a service id such as wv:@operator.example',
      'agreements[1].domains[1]: is not a domain of this file or of the database',
      'agreements[1].domains[2]: is not a domain name',
      'agreements[2].ownServiceID: is missing, and there is no domain to take it from',
      'agreements[3].ownServiceID: is not a service id such as wv:@provider.example',
      'users[1].userID: is not a user id such as wv:alice@provider.example',
      'users[2].userID: its domain is not a domain of this file or of the database',
      'users[3].userID: is longer than 300 characters',
    ]);
  });

  it('may give us the name of any domain that is served, and of no other', () => {
    const [own, other] = ['known.example', 'nowhere.example'].map((domain) =>
      agreementWith(`wv:@peer-of-${domain}`, { domains: ['a.example'], ownServiceID: `wv:@${domain}` }),
    );
    expect(problemsOf({ domains: [{ name: 'a.example' }], agreements: [own, other] })).toEqual([
      'agreements[1].ownServiceID: its domain is not a domain of this file or of the database',
    ]);
  });

  it('follows the rules of administrators: passwords, addresses that may be called, tokens', () => {
    const callbackUrl = 'http://169.254.169.254/';
    const problems = problemsOf(
      {
        domains: [{ name: 'a.example' }],
        agreements: [agreementWith('wv:@x.example', { domains: ['a.example'], callbackUrl })],
        users: [
          { userID: 'alice@a.example', password: 'short' },
          { userID: 'bob@a.example/phone', password: 'long enough' },
        ],
        administrators: [{ name: 'root', token: 'a token that is taken' }],
      },
      {
        passwords: { minCharacters: 8, hashing: { memoryKiB: 8, passes: 1 } },
        refusalOfUrl: (url) => `${url} is not for us`,
      },
    );
    expect(problems).toEqual([
      'agreements[0].callbackUrl: cannot be called: http://169.254.169.254/ is not for us',
      'users[0].password: must have at least 8 characters',
      'users[1].userID: names a resource, which is no part of a user',
      'administrators[0].token: is that of an administrator in the database',
    ]);
  });

  it('tells the faults of the file with its own, each entry by its number, and guesses none', () => {
    const seed = {
      domains: [undefined],
      agreements: [undefined, agreementWith('wv:@x.example', { domains: ['may-be-the-unread-one.example'] })],
      users: [undefined, { userID: 'alice', password: 'p' }],
    };
    expect(problemsOf(seed, { faults: ['domains[0].name: is missing'] })).toEqual([
      'domains[0].name: is missing',
      'users[1].userID: is not a user id such as wv:alice@provider.example',
    ]);
  });
});
