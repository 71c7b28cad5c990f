import { describe, expect, it } from '@jest/globals';
import { CONFORMANCE_SEED, describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { type Answer, sortedCodes } from '../../support/peers/raw-sap1.js';
import { digestOf, RawUser } from '../../support/peers/raw-user.js';

const UMLAUT = { userID: 'wv:zoë@provider.example', password: 'Größe-des-Saals' };
const CYRILLIC = { userID: 'wv:ivan@provider.example', password: 'пароль-на-века' };

const world = worldForThisFile(
  {},
  {
    ...CONFORMANCE_SEED,
    domains: [...CONFORMANCE_SEED.domains, { name: 'small.example', services: ['GETSPI', 'PresenceFeat'] }],
    agreements: [
      ...CONFORMANCE_SEED.agreements.map((agreement) => ({
        ...agreement,
        domains: [...agreement.domains, 'small.example'],
      })),
      { serviceID: 'wv:@strict.example', sharedSecret: 'strict-secret-0003', domains: ['provider.example'] },
    ],
    users: [
      ...CONFORMANCE_SEED.users,
      UMLAUT,
      CYRILLIC,
      { userID: 'wv:carl@small.example', password: 'carls-password' },
    ],
  },
);

/** Phase 1 and its nonce. */
async function nonceFor(user: RawUser, schema: string): Promise<string> {
  const answer = await user.challenge(schema);
  return answer.text('Nonce') ?? '';
}

const expectChallenge = (answer: Answer): void => {
  expect([answer.kind, answer.code]).toEqual(['UserLoginResponse', 401]);
  expect(answer.text('Nonce')).toMatch(/^[0-9a-f]{32,}$/u);
  expect(answer.attribute('userSessionID')).toBeUndefined();
  expect(answer.attribute('keepAliveTime')).toBeUndefined();
};

const expectLoggedIn = (answer: Answer, { userID }: RawUser): void => {
  expect([answer.kind, answer.code]).toEqual(['UserLoginResponse', 200]);
  expect(answer.userSessionID).toMatch(/^[A-Za-z0-9]{22,32}$/u);
  expect(answer.attribute('keepAliveTime')).toBe('3600');
  expect(answer.primitive.child('User')?.attribute('userID')).toBe(userID);
  expect(answer.primitive.child('Nonce')).toBeUndefined();
  expect(answer.primitive.child('DigestSchema')).toBeUndefined();
};

describe('the test vector (§4.1)', () => {
  it('this SAP 1 digests as the binding says', () => {
    const nonce = 'e6b68ebd81309d538357e39e2fba3204';
    expect(digestOf('MD5', nonce, 'secret')).toBe('ofnsv5Ty36paeU1JJ+f8fQ==');
    expect(digestOf('SHA', nonce, 'secret')).toBe('R6C0q/NgsL/bHoQa1IxATvpy0CQ=');
  });
});

describe('four-way login (§4.1)', () => {
  it.each(['SHA-256', 'SHA', 'MD5'])('with %s', async (schema) => {
    const user = world.newUser();
    const challenge = await user.challenge(schema);
    expectChallenge(challenge);
    expect(challenge.text('DigestSchema')).toBe(schema);
    const welcome = await user.respond(schema, challenge.text('Nonce') ?? '');
    expectLoggedIn(welcome, user);
    expect((await user.keepAlive(welcome.userSessionID)).code).toBe(200);
  });

  it.each([
    ['MD5 SHA SHA-256', 'SHA-256'],
    ['MD5 SHA', 'SHA'],
    ['RIPEMD SHA', 'SHA'],
    ['MD5', 'MD5'],
  ])('of %s the strongest that both know is taken: %s', async (offered, taken) => {
    const answer = await world.newUser().challenge(...offered.split(' '));
    expect([answer.code, answer.text('DigestSchema')]).toEqual([401, taken]);
  });

  it('543 when there is no schema that both know', async () => {
    expect((await world.newUser().challenge('SHA-512', 'sha')).code).toBe(543);
  });

  it('phase 2 is a new transaction: 420 under the id of phase 1', async () => {
    const user = world.newUser();
    const id = 'phase-one-and-two';
    const first = await world.operator.ask(user.loginRequest('<DigestSchema>SHA</DigestSchema>'), id);
    const second = user.digestRequest('SHA', first.text('Nonce') ?? '');
    expect((await world.operator.ask(second, id)).code).toBe(420);
    expect((await world.operator.ask(second)).code).toBe(200);
  });

  it.each(['SHA-256', 'SHA', 'MD5'])(
    'the octets of a password are ISO-8859-1 or UTF-8, with %s',
    async (schema) => {
      const zoe = new RawUser(world.operator, UMLAUT.userID, UMLAUT.password);
      for (const encoding of ['latin1', 'utf8'] as const) {
        const nonce = await nonceFor(zoe, schema);
        const digest = digestOf(schema, nonce, Buffer.from(zoe.password, encoding));
        expect((await zoe.respond(schema, nonce, '', digest)).code).toBe(200);
      }
      const ivan = new RawUser(world.operator, CYRILLIC.userID, CYRILLIC.password);
      expect((await ivan.respond(schema, await nonceFor(ivan, schema))).code).toBe(200);
    },
  );
});

describe('a nonce (§4.1)', () => {
  it('is never the same', async () => {
    const user = world.newUser();
    const nonces = await Promise.all(Array.from({ length: 10 }, () => nonceFor(user, 'MD5')));
    expect(new Set(nonces).size).toBe(10);
  });

  it('is good for one login: used again, 401 with a fresh one', async () => {
    const user = world.newUser();
    const nonce = await nonceFor(user, 'SHA');
    const id = (await user.respond('SHA', nonce)).userSessionID;
    const again = await user.respond('SHA', nonce);
    expectChallenge(again);
    expect(again.text('Nonce')).not.toBe(nonce);
    expect((await user.keepAlive(id)).code).toBe(200);
    expect((await user.respond(again.text('DigestSchema') ?? '', again.text('Nonce') ?? '')).code).toBe(200);
  });

  it('is gone after a wrong digest: 409, then 401 for the right one', async () => {
    const user = world.newUser();
    const nonce = await nonceFor(user, 'SHA');
    const wrong = await user.respond('SHA', nonce, '', digestOf('SHA', nonce, 'guess'));
    expect([wrong.code, wrong.text('Nonce')]).toEqual([409, undefined]);
    expectChallenge(await user.respond('SHA', nonce));
  });

  it('is of no use to another user, client, peer or schema, nor are digests without one: 401', async () => {
    const user = world.newUser();
    const other = world.newUser();
    const bound = async (as: RawUser, schema = 'SHA'): Promise<void> => {
      expectChallenge(await as.respond(schema, await nonceFor(user, 'SHA')));
    };
    await bound(other.as({ password: user.password }));
    await bound(user.on('another-phone'));
    await bound(user.as({ sap1: world.rival }));
    await bound(user, 'MD5');
    expectChallenge(await user.respond('SHA', 'e6b68ebd81309d538357e39e2fba3204'));
  });

  it('that a stranger tried stays good for its own', async () => {
    const user = world.newUser();
    const nonce = await nonceFor(user, 'SHA');
    await world.newUser().as({ password: user.password }).respond('SHA', nonce);
    expect((await user.respond('SHA', nonce)).code).toBe(200);
  });

  it('logs in one of many who answer at once', async () => {
    const user = world.newUser();
    const nonce = await nonceFor(user, 'SHA');
    const answers = await Promise.all(Array.from({ length: 5 }, () => user.respond('SHA', nonce)));
    expect(sortedCodes(answers)).toEqual([200, ...Array.from({ length: 4 }, () => 401)]);
  });

  it('is bound to the user, however its name is written', async () => {
    const user = world.newUser();
    const shouted = user.as({ userID: `${user.userID.slice('wv:'.length).toUpperCase()}/home` });
    expect((await shouted.respond('SHA', await nonceFor(user, 'SHA'))).code).toBe(200);
  });
});

describe('two-way login (§4.1)', () => {
  it('with the right password', async () => {
    const user = world.newUser();
    expectLoggedIn(await user.logIn(), user);
  });

  it('409 for a wrong one, also in letters or blanks', async () => {
    const user = world.newUser();
    for (const password of ['guess', user.password.toUpperCase(), `${user.password} `, '']) {
      expect((await user.as({ password }).logIn()).code).toBe(409);
    }
  });

  it('403 over plain HTTP unless the agreement allows it; a challenge is allowed', async () => {
    const strict = await world
      .sap1({ serviceID: 'wv:@strict.example', secret: 'strict-secret-0003' })
      .connect();
    const user = world.newUser(strict);
    expect((await user.logIn()).code).toBe(403);
    expect((await user.as({ password: 'guess' }).logIn()).code).toBe(403);
    expect((await user.respond('SHA', await nonceFor(user, 'SHA'))).code).toBe(200);
  });
});

describe('what a login may say besides (§4.1)', () => {
  it('cspVersion 1.1, 1.2 or 1.3; 505 for another, in both phases', async () => {
    const user = world.newUser();
    for (const version of ['1.1', '1.2', '1.3'])
      expect((await user.logIn(`cspVersion="${version}"`)).code).toBe(200);
    for (const version of ['1.0', '1.4', '2', '']) {
      const answers = await world.operator.askAll([
        [`v2-${version}`, user.passwordRequest(`cspVersion="${version}"`)],
        [`v4-${version}`, user.loginRequest('<DigestSchema>SHA</DigestSchema>', `cspVersion="${version}"`)],
      ]);
      expect(answers.map(({ code }) => code)).toEqual([505, 505]);
    }
  });

  it('the keep-alive time is what was asked for, within 60 and 86400', async () => {
    const user = world.newUser();
    for (const [asked, granted] of [
      ['600', '600'],
      ['1', '60'],
      ['2000000000', '86400'],
    ]) {
      const answer = await user.logIn(`timeToLive="${asked}"`);
      expect([answer.code, answer.attribute('keepAliveTime')]).toEqual([200, granted]);
    }
  });

  it('a CapabilityList is kept and given back; only without one it is asked for', async () => {
    const user = world.newUser();
    const plain = await user.logIn();
    expect(plain.attribute('capabilityRequest')).toBe('Yes');
    expect(plain.primitive.child('AgreedCapabilityList')).toBeUndefined();
    const list =
      '<CapabilityList><ClientType kind="a&amp;b">MOBILE_PHONE</ClientType><x:Odd xmlns:x="urn:odd"/></CapabilityList>';
    const answer = await user.logIn('', list);
    const id = answer.userSessionID;
    const resumed = await user.logIn(`userSessionID="${id}"`);
    for (const { primitive } of [answer, resumed]) {
      const agreed = primitive.child('AgreedCapabilityList');
      expect(agreed?.outline).toBe('ClientType Odd');
      expect(agreed?.child('ClientType')?.attribute('kind')).toBe('a&b');
      expect(agreed?.child('ClientType')?.text).toBe('MOBILE_PHONE');
      expect(agreed?.child('Odd')?.namespace).toBe('urn:odd');
    }
    expect(answer.attribute('capabilityRequest')).toBe('No');
  });

  it('Functions negotiates services; the answer has what is not available, and 402 if they are none', async () => {
    const carl = new RawUser(world.operator, 'wv:carl@small.example', 'carls-password');
    const functions = (tree: string): string => `<Functions><WVCSPFeat>${tree}</WVCSPFeat></Functions>`;
    const fundamental =
      '<FundamentalFeat><ServiceFunc><GETSPI/></ServiceFunc><SearchFunc><SRCH/></SearchFunc></FundamentalFeat>';
    const answer = await carl.logIn('', functions(`${fundamental}<PresenceFeat/><IMFeat/>`));
    expect(answer.code).toBe(200);
    expect(answer.primitive.child('Functions')?.outline).toBe(
      'WVCSPFeat(FundamentalFeat(SearchFunc(SRCH)) IMFeat)',
    );
    const all = await carl.logIn('', functions('<PresenceFeat/>'));
    expect([all.code, all.primitive.child('Functions')]).toEqual([200, undefined]);
    const none = await carl.logIn('', functions('<FundamentalFeat><TELEPATHY/></FundamentalFeat>'));
    expect(none.code).toBe(402);
  });
});

describeLog(world);
