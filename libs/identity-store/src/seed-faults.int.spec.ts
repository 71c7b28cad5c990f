import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Seed, SeedError, type SeedRules } from '@sap2/administration';
import {
  agreementWith,
  ANY_SEED,
  seed,
  storeUnderTest,
  type StoreUnderTest,
} from './store-under-test.fixture.js';

const EMPTY: Seed = { domains: [], agreements: [], users: [], administrators: [] };

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sql(
    'TRUNCATE account, administrator, agreement, agreement_domain, agreement_secret, domain, live_session',
  );
  await seed(test.store, {
    ...EMPTY,
    domains: [{ name: 'known.example' }],
    administrators: [{ name: 'taker', token: 'a token that is taken', scopes: ['admin'] }],
  });
});

const problemsOf = async (
  wanted: Partial<Seed>,
  rules: Partial<SeedRules> = {},
): Promise<readonly string[]> => {
  try {
    await seed(test.store, { ...EMPTY, ...wanted }, { ...ANY_SEED, ...rules });
    return [];
  } catch (error) {
    if (error instanceof SeedError) return error.problems;
    throw error;
  }
};

describe('a seed', () => {
  it('may refer to its own domains and to those of the database, in any spelling', async () => {
    await seed(test.store, {
      ...EMPTY,
      domains: [{ name: 'New.Example.' }],
      agreements: [
        agreementWith('WV:@Peer.example', { domains: ['new.example', 'KNOWN.example', 'New.example'] }),
      ],
      users: [{ userID: 'Alice@New.Example', password: 'p' }],
    });
    expect(await test.sql('SELECT service_id, own_service_id FROM agreement')).toEqual([
      { service_id: 'wv:@peer.example', own_service_id: 'wv:@new.example' },
    ]);
    expect(await test.sql('SELECT domain FROM agreement_domain ORDER BY 1')).toEqual([
      { domain: 'known.example' },
      { domain: 'new.example' },
    ]);
    expect(await test.sql('SELECT id, domain FROM account')).toEqual([
      { id: 'wv:alice@new.example', domain: 'new.example' },
    ]);
  });

  it('offers functions by their own names and by those of their branches', async () => {
    await seed(test.store, { ...EMPTY, domains: [{ name: 'a.example', services: ['SRCH', 'IMSendFunc'] }] });
    expect(await test.sql(`SELECT services FROM domain WHERE name = 'a.example'`)).toEqual([
      { services: ['SRCH', 'MDELIV', 'FWMSG'] },
    ]);
  });

  it('names every entry that is wrong, all at once', async () => {
    expect(
      await problemsOf({
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
      'domains[2].services: names what is not in the service tree: FLY',
      'agreements[0].serviceID: is not a service id such as wv:@operator.example',
      'agreements[1].domains[1]: is not a domain of this file or of the database',
      'agreements[1].domains[2]: is not a domain name',
      'agreements[2].ownServiceID: is missing, and there is no domain to take it from',
      'agreements[3].ownServiceID: is not a service id such as wv:@provider.example',
      'agreements[3].services: names what is not in the service tree: FLY',
      'users[1].userID: is not a user id such as wv:alice@provider.example',
      'users[2].userID: its domain is not a domain of this file or of the database',
      'users[3].userID: is longer than 300 characters',
    ]);
  });

  it('may give us the name of any domain that is served, and of no other', async () => {
    const [own, other] = ['known.example', 'nowhere.example'].map((domain) =>
      agreementWith(`wv:@peer-of-${domain}`, { domains: ['a.example'], ownServiceID: `wv:@${domain}` }),
    );
    expect(await problemsOf({ domains: [{ name: 'a.example' }], agreements: [own, other] })).toEqual([
      'agreements[1].ownServiceID: its domain is not a domain of this file or of the database',
    ]);
  });

  it('follows the rules of administrators: passwords, addresses that may be called, tokens', async () => {
    const callbackUrl = 'http://169.254.169.254/';
    const problems = await problemsOf(
      {
        domains: [{ name: 'a.example' }],
        agreements: [agreementWith('wv:@x.example', { domains: ['a.example'], callbackUrl })],
        users: [
          { userID: 'alice@a.example', password: 'short' },
          { userID: 'bob@a.example/phone', password: 'long enough' },
        ],
        administrators: [{ name: 'root', token: 'a token that is taken', scopes: ['admin'] }],
      },
      {
        passwords: { minCharacters: 8 },
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

  it('tells the faults of the file with its own, each entry by its number, and guesses none', async () => {
    const unread = {
      domains: [undefined],
      agreements: [undefined, agreementWith('wv:@x.example', { domains: ['may-be-the-unread-one.example'] })],
      users: [undefined, { userID: 'alice', password: 'p' }],
    };
    expect(await problemsOf(unread, { faults: ['domains[0].name: is missing'] })).toEqual([
      'domains[0].name: is missing',
      'users[1].userID: is not a user id such as wv:alice@provider.example',
    ]);
  });
});
