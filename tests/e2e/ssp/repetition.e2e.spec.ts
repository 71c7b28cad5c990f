import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { type Answer, type RawSap1, sortedCodes } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const world = worldForThisFile({ SAP2_SESSIONS_PER_USER: '20' });

/** The same request under the same id, by a SAP 1 that has a line of its own. */
const repeat = (sap1s: readonly RawSap1[], primitive: string, id: string): Promise<Answer[]> =>
  Promise.all(sap1s.map((sap1) => sap1.ask(primitive, id)));

const sessionsOf = async ({ userID }: RawUser): Promise<number> => {
  const answer = await world.service.admin('GET', '/admin/v1/sessions?limit=500');
  const { items } = (await answer.json()) as { items: { account: string }[] };
  return items.filter(({ account }) => account === userID).length;
};

/** The same bytes each time. */
const expectOne = (answers: readonly Answer[]): void => {
  expect(new Set(answers.map(({ bytes }) => bytes)).size).toBe(1);
};

describe('the same transaction again (§6)', () => {
  it.each(['login', 'challenge', 'digest', 'refused login', 'logout', 'service negotiation'])(
    'gets the same answer and has one effect: %s',
    async (what) => {
      const user = world.newUser();
      const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
      const id = what === 'logout' || what === 'service negotiation' ? await user.on('x').session() : '';
      const primitives: Record<string, string> = {
        login: user.passwordRequest('sessionCookie="c"'),
        challenge: user.loginRequest('<DigestSchema>SHA</DigestSchema>'),
        digest: user.digestRequest('SHA', nonce),
        'refused login': user.as({ password: 'guess' }).passwordRequest(),
        logout: user.on('x').logoutRequest(id),
        'service negotiation': user.on('x').serviceRequest(id, '<WVCSPFeat><IMFeat/></WVCSPFeat>', 'Yes'),
      };
      const primitive = primitives[what] ?? '';
      const transactionID = `again-${what.replace(' ', '-')}`;
      const answers: Answer[] = [];
      for (let i = 0; i < 4; i++) answers.push(await world.operator.ask(primitive, transactionID));
      expectOne(answers);
      expect(await sessionsOf(user)).toBe(['login', 'digest', 'service negotiation'].includes(what) ? 1 : 0);
    },
  );

  it('over another SSP session too, and after the first one is gone', async () => {
    const user = world.newUser();
    const nodes = [await world.sap1().connect(), await world.sap1().connect()];
    const [first, second] = await repeat(nodes, user.passwordRequest(), 'over-another');
    await nodes[0]?.ask('<LogoutRequest/>');
    const third = await world.operator.ask(user.passwordRequest(), 'over-another');
    expectOne([first, second, third].flatMap((answer) => answer ?? []));
    expect(third.code).toBe(200);
    expect(await sessionsOf(user)).toBe(1);
  });

  it('in a message of any namespace and form, if it means the same', async () => {
    const user = world.newUser();
    const node = await world
      .sap1(world.operator.peer, 'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3')
      .connect();
    const request = user.passwordRequest('timeToLive="600" sessionCookie="c"');
    const padded = request
      .replace(/timeToLive="600" (sessionCookie="c")/u, '$1  timeToLive=\'600\' other="x"')
      .replace('<Password>', '<!-- the same -->\n<Password>\n')
      .replaceAll('&quot;', '"');
    const answers = [await world.operator.ask(request, 'any-form'), await node.ask(padded, 'any-form')];
    expectOne(answers);
    expect(answers[0]?.code).toBe(200);
  });

  it.each(['login', 'digest', 'logout'])('many at once: one answer and one effect: %s', async (what) => {
    const user = world.newUser();
    const nonce = (await user.challenge('MD5')).text('Nonce') ?? '';
    const id = what === 'logout' ? await user.session() : '';
    const primitives: Record<string, string> = {
      login: user.passwordRequest(),
      digest: user.digestRequest('MD5', nonce),
      logout: user.logoutRequest(id),
    };
    const other = await world.sap1().connect();
    const lines = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? world.operator : other));
    const answers = await repeat(lines, primitives[what] ?? '', `at-once-${what}`);
    expectOne(answers);
    expect(answers[0]?.code).toBe(200);
    expect(await sessionsOf(user)).toBe(what === 'logout' ? 0 : 1);
  });

  it('twice in one message', async () => {
    const user = world.newUser();
    const request = ['in-one-message', user.passwordRequest()] as const;
    const answers = await world.operator.askAll([request, request]);
    expectOne(answers);
    expect(answers[0]?.code).toBe(200);
  });

  it('keeps the answer of then, whatever happened since', async () => {
    const user = world.newUser();
    const login = user.passwordRequest();
    const before = await world.operator.ask(login, 'of-then');
    await user.logOut(before.userSessionID);
    expectOne([before, await world.operator.ask(login, 'of-then')]);
    expect(await sessionsOf(user)).toBe(0);
  });
});

describe('the same id for something else (§6)', () => {
  it('420, and it has no effect', async () => {
    const user = world.newUser();
    const id = (await world.operator.ask(user.passwordRequest(), 'reused')).userSessionID;
    for (const other of [
      user.passwordRequest('timeToLive="600"'),
      user.as({ password: 'guess' }).passwordRequest(),
      user.as({ password: `${user.password} ` }).passwordRequest(),
      user.on('another').passwordRequest(),
      world.newUser().passwordRequest(),
      user.loginRequest('<DigestSchema>SHA</DigestSchema>'),
      user.logoutRequest(id),
      user.serviceRequest(id, undefined),
    ]) {
      expect((await world.operator.ask(other, 'reused')).code).toBe(420);
    }
    expect((await user.keepAlive(id)).code).toBe(200);
    expect(await sessionsOf(user)).toBe(1);
  });

  it('many at once: one of them is carried out', async () => {
    const user = world.newUser();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, phone) =>
        world.operator.ask(user.on(`p-${phone}`).passwordRequest(), 'race'),
      ),
    );
    expect(sortedCodes(answers)).toEqual([200, ...Array.from({ length: 7 }, () => 420)]);
    expect(await sessionsOf(user)).toBe(1);
  });
});

describe('transactions differ (§6)', () => {
  it('by their peer', async () => {
    const user = world.newUser();
    const rival = user.as({ sap1: world.rival }).on('of-the-rival');
    const ours = await world.operator.ask(user.passwordRequest(), 'of-two-peers');
    const theirs = await world.rival.ask(rival.passwordRequest(), 'of-two-peers');
    expect([ours.code, theirs.code]).toEqual([200, 200]);
    expect(theirs.userSessionID).not.toBe(ours.userSessionID);
  });

  it('by the letters of their ids', async () => {
    const user = world.newUser();
    for (const id of ['Letters', 'letters', 'letters.', 'lett\u0435rs'])
      expect((await world.operator.ask(user.on(id).passwordRequest(), id)).code).toBe(200);
    expect(await sessionsOf(user)).toBe(4);
  });
});

describe('what may be carried out again (§6)', () => {
  it('keep-alive, GetSPInfo and SAP-level requests are right at any time', async () => {
    const user = world.newUser();
    const id = await user.session();
    const alive = user.keepAliveRequest(id);
    const info = `<GetSPInfoRequest serviceID="wv:@provider.example">${world.operator.metaInfo}</GetSPInfoRequest>`;
    for (const [transactionID, primitive] of [
      ['again-alive', alive],
      ['again-info', info],
      ['again-sap', '<KeepAliveRequest/>'],
    ] as const) {
      for (let i = 0; i < 2; i++) expect((await world.operator.ask(primitive, transactionID)).code).toBe(200);
    }
  });
});

describeLog(world);
