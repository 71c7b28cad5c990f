import { describe, expect, it } from '@jest/globals';
import { describeLog, OPERATOR, worldForThisFile } from '../../support/service/conformance-world.js';
import { type Answer, NAMESPACE, type RawSap1 } from '../../support/peers/raw-sap1.js';

const world = worldForThisFile();

const KEEP_ALIVE = '<KeepAliveRequest/>';
const transaction = (attributes: string, content = KEEP_ALIVE): string =>
  `<Transaction ${attributes}>${content}</Transaction>`;
const request = (id: string, content = KEEP_ALIVE): string =>
  transaction(`mode="Request" transactionID="${id}"`, content);
const root = (content: string, namespace = NAMESPACE): string =>
  `<WV-SSP-Message xmlns="${namespace}">${content}</WV-SSP-Message>`;
const session = (content: string, { sessionID }: RawSap1 = world.operator): string =>
  `<Session sessionID="${sessionID}">${content}</Session>`;

const send = async (body: string | Buffer): Promise<number> => (await world.operator.post(body)).status;

async function answersTo(body: string | Buffer): Promise<readonly Answer[]> {
  return world.operator.read(await world.operator.post(body));
}

async function codeOf(primitive: string): Promise<number> {
  return (await world.operator.ask(primitive)).code;
}

describe('the document (§1)', () => {
  it.each([
    ['another root', () => `<SSP-Message xmlns="${NAMESPACE}">${session(request('1'))}</SSP-Message>`],
    ['no namespace', () => `<WV-SSP-Message>${session(request('1'))}</WV-SSP-Message>`],
    [
      'an unknown namespace',
      () => root(session(request('1')), 'http://www.openmobilealliance.org/DTD/WV-SSP9'),
    ],
    [
      'a namespace in other letters',
      () => root(session(request('1')), NAMESPACE.replace('WV-SSP', 'wv-ssp')),
    ],
    ['no child', () => root('')],
    ['two children', () => root(session(request('1')) + session(request('2')))],
    ['an unknown child', () => root('<Sessions/>')],
    ['no sessionID', () => root(`<Session>${request('1')}</Session>`)],
    ['no transaction', () => root(session(''))],
    ['501 transactions', () => root(session(request('1').repeat(501)))],
    ['no mode', () => root(session(transaction('transactionID="1"')))],
    ['an unknown mode', () => root(session(transaction('mode="request" transactionID="1"')))],
    ['no transactionID', () => root(session(transaction('mode="Request"')))],
    ['an empty transactionID', () => root(session(transaction('mode="Request" transactionID=""')))],
    ['not XML at all', () => 'sessionID=1&transactionID=2'],
    ['an element that does not end', () => root(session(request('1'))).slice(0, -3)],
    ['nothing', () => ' '],
  ])('with %s is not of this schema: HTTP 400', async (_, body) => {
    expect(await send(body())).toBe(400);
  });

  it('with 500 transactions is served, answers in the order of the requests', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `many-${index}`);
    const answers = await answersTo(root(session(ids.map((id) => request(id)).join(''))));
    expect(answers.map(({ transactionID }) => transactionID)).toEqual(ids);
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([200]));
  });

  it.each(['WV-SSP1.3', 'WV-SSP1.2', 'IMPS-SSP1.3'])(
    'is answered in its own namespace, %s, whichever the SSP session was set up in',
    async (name) => {
      const namespace = `http://www.openmobilealliance.org/DTD/${name}`;
      const sap1 = Object.assign(world.operator.otherNode(namespace), {
        sessionID: world.operator.sessionID,
        theirSessionID: world.operator.theirSessionID,
      });
      const answers = sap1.read(await sap1.post(root(session(request('1')), namespace)));
      expect(answers.map(({ code }) => code)).toEqual([200]);
      sap1.close();
    },
  );

  it('is read by local names: prefixes, another declaration and a byte order mark do not matter', async () => {
    const prefixed = root(session(request('prefixed')))
      .replaceAll(/<(\/?)(?=\w)/gu, '<$1ssp:')
      .replace('xmlns=', 'xmlns:ssp=');
    const bodies = [
      prefixed,
      `<?xml version='1.0' encoding='utf-8'?>\n${root(session(request('quotes')))}`,
      `<?xml version="1.0" encoding="US-ASCII" standalone="yes"?>${root(session(request('ascii')))}`,
      Buffer.from(`\uFEFF${root(session(request('mark')))}`),
      `<!-- hello -->${root(session(request('comment')))}`,
    ];
    for (const body of bodies) expect((await answersTo(body)).map(({ code }) => code)).toEqual([200]);
  });

  it('may be padded with line breaks, everywhere but in a password', async () => {
    const user = world.newUser();
    const padded = root(session(request('padded', user.passwordRequest())))
      .replaceAll(/<(?!\/?Password)/gu, '\r\n\t <')
      .replace('<Password>', '<Password>\r\n\r\n')
      .replace('</Password>', '\n</Password>');
    expect((await answersTo(padded)).map(({ code }) => code)).toEqual([200]);
    const [challenge] = await answersTo(
      root(session(request('c', user.loginRequest('<DigestSchema>\n\t SHA \r\n</DigestSchema>')))),
    );
    expect([challenge?.code, challenge?.text('DigestSchema')]).toEqual([401, 'SHA']);
    const blank = user.as({ password: ` ${user.password}` });
    expect((await blank.logIn()).code).toBe(409);
  });

  it('unknown attributes and unknown children of a known primitive are ignored', async () => {
    const user = world.newUser();
    const strange = user
      .passwordRequest('colour="blue" xml:lang="en"')
      .replace('</MetaInfo>', '<Weather><Password>rain</Password></Weather></MetaInfo>')
      .replace('</UserLoginRequest>', '<x:Password xmlns:x="urn:x">other</x:Password></UserLoginRequest>');
    expect(await codeOf(strange)).toBe(200);
  });
});

describe('transactions (§1)', () => {
  it('are independent: one failing does not affect the others', async () => {
    const user = world.newUser();
    const answers = await answersTo(
      root(
        session(
          request('none', '') +
            request('two', KEEP_ALIVE + KEEP_ALIVE) +
            request('unknown', '<SendMessageRequest/>') +
            request('foreign', '<x:KeepAliveRequest xmlns:x="urn:x"/>') +
            request('x'.repeat(51)) +
            request('incomplete', '<UserLogoutRequest/>') +
            request('good', user.passwordRequest()),
        ),
      ),
    );
    expect(answers.map(({ code }) => code)).toEqual([400, 400, 405, 405, 402, 400, 200]);
    expect(answers.slice(0, 6).map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'Status'));
    const ids = ['none', 'two', 'unknown', 'foreign', 'x'.repeat(50), 'incomplete', 'good'];
    expect(answers.map(({ transactionID }) => transactionID?.slice(0, 50))).toEqual(ids);
  });

  it('are answered if they are requests, and only then', async () => {
    const response = transaction('mode="Response" transactionID="said"', '<Status code="200"/>');
    const answers = await answersTo(root(session(response + request('asked') + response)));
    expect(answers.map(({ transactionID, code }) => [transactionID, code])).toEqual([['asked', 200]]);
  });

  it('have ids of up to 50 characters, case-sensitive', async () => {
    const user = world.newUser();
    const longest = 'Ä'.repeat(49);
    const ids = [`${longest}a`, `${longest}A`];
    const [first, second] = await answersTo(
      root(session(ids.map((id, i) => request(id, user.passwordRequest(`sessionCookie="${i}"`))).join(''))),
    );
    expect([first?.transactionID, second?.transactionID]).toEqual(ids);
    expect([first?.code, second?.code]).toEqual([200, 200]);
    expect(first?.userSessionID).not.toBe(second?.userSessionID);
  });

  it('on one user session take effect in document order', async () => {
    const user = world.newUser();
    const id = await user.session();
    const primitives = [
      user.keepAliveRequest(id),
      user.keepAliveRequest(id, 'timeToLive="700"'),
      user.serviceRequest(id, undefined),
      user.keepAliveRequest(id),
      user.logoutRequest(id),
      user.keepAliveRequest(id),
      user.serviceRequest(id, undefined),
      `<UserKeepAliveRequest>${world.operator.metaInfo}<UserSession userSessionID="${id}"/></UserKeepAliveRequest>`,
      user.logoutRequest(id),
    ];
    const answers = await world.operator.askAll(
      primitives.map((primitive, index) => [`order-${index}`, primitive]),
    );
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 200, 200, 200, 604, 604, 604, 200]);
    const keepAliveTimes = answers.flatMap((answer) => answer.attribute('keepAliveTime') ?? []);
    expect(keepAliveTimes.slice(0, 3)).toEqual(['3600', '700', '700']);
  });

  it('on one user take effect in document order, however its name is written', async () => {
    const user = world.newUser();
    const old = await user.session();
    const shouted = user.as({ userID: user.userID.toUpperCase() });
    const bare = user.as({ userID: user.userID.slice('wv:'.length) });
    const answers = await world.operator.askAll([
      ['user-0', user.keepAliveRequest(old)],
      ['user-1', shouted.passwordRequest()],
      ['user-2', bare.keepAliveRequest(old)],
      ['user-3', bare.passwordRequest('timeToLive="600"')],
      ['user-4', user.passwordRequest('timeToLive="700"')],
    ]);
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 601, 200, 200]);
    const ids = answers.flatMap((answer) => answer.attribute('userSessionID') ?? []);
    expect(new Set(ids).size).toBe(3);
    expect((await user.keepAlive(ids[2] ?? '')).code).toBe(200);
    expect((await user.keepAlive(ids[1] ?? '')).code).toBe(601);
  });

  it('keep their order with lists of sessions too, which name no user', async () => {
    const user = world.newUser();
    const old = await user.session();
    const list = `<UserKeepAliveRequest>${world.operator.metaInfo}<UserSession userSessionID="${old}"/></UserKeepAliveRequest>`;
    const sync = list.replace('>', ' sync="Yes" syncID="order" part="1" parts="1" sapEpoch="order:1">');
    const answers = await world.operator.askAll([
      ['list-0', list],
      ['list-1', user.passwordRequest()],
      ['list-2', list],
      ['list-3', sync],
    ]);
    expect(answers.map(({ code }) => code)).toEqual([200, 200, 601, 601]);
  });
});

describe('MetaInfo (§4)', () => {
  const requests = (metaInfo: string): readonly (readonly [name: string, primitive: string])[] => [
    ['login', `<UserLoginRequest>${metaInfo}<Password>x</Password></UserLoginRequest>`],
    ['logout', `<UserLogoutRequest userSessionID="00a">${metaInfo}</UserLogoutRequest>`],
    ['keep-alive', `<UserKeepAliveRequest userSessionID="00a">${metaInfo}</UserKeepAliveRequest>`],
    [
      'service',
      `<UserServiceRequest userSessionID="00a" allFunctionsRequest="No">${metaInfo}</UserServiceRequest>`,
    ],
    ['SP info', `<GetSPInfoRequest serviceID="wv:@provider.example">${metaInfo}</GetSPInfoRequest>`],
  ];
  const about = (userID: string, requestor = OPERATOR.serviceID): string =>
    `<MetaInfo clientOriginated="Yes"><Requestor serviceID="${requestor}"><User userID="${userID}"><ClientID url="c"/></User></Requestor></MetaInfo>`;

  it.each([
    ['none at all', '', 400],
    ["another's serviceID before anything else", about('wv:a@nowhere.example', 'wv:@rival.example'), 901],
    ['a domain that is not served', about('wv:a@nowhere.example'), 516],
    ['a served domain that the agreement does not allow', about('wv:a@elsewhere.example'), 403],
  ])('%s is refused in every operation', async (_, metaInfo, code) => {
    for (const [name, primitive] of requests(metaInfo))
      expect([name, await codeOf(primitive)]).toEqual([name, code]);
  });

  it('a login names the ClientID: 400 without it', async () => {
    const user = world.newUser().as({ client: '' });
    expect((await user.logIn()).code).toBe(400);
    expect((await user.challenge('SHA')).code).toBe(400);
  });

  it.each([
    ['url and msisdn', '<ClientID url="u" msisdn="+123456"/>', '<ClientID url="u" msisdn="+123457"/>'],
    ['url', '<ClientID url="u"/>', '<ClientID url="U"/>'],
    ['msisdn', '<ClientID msisdn="+123456"/>', '<ClientID url="+123456"/>'],
    ['text', '<ClientID>\n phone \n</ClientID>', '<ClientID>phone-2</ClientID>'],
    [
      'an application',
      '<ClientID><ApplicationID applicationID="chat"/></ClientID>',
      '<ClientID><ApplicationID applicationID="mail"/></ClientID>',
    ],
  ])('a ClientID may be %s, and is compared', async (_, client, other) => {
    const user = world.newUser().as({ client });
    const id = await user.session();
    expect((await user.keepAlive(id)).code).toBe(200);
    expect((await user.as({ client: other }).keepAlive(id)).code).toBe(422);
    expect((await user.as({ client: '' }).keepAlive(id)).code).toBe(200);
  });
});

describeLog(world);
