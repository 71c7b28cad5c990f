import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const world = worldForThisFile();

const times = (count: number, text = 'x'): string => text.repeat(count);

/** One request of each kind about a user who exists, with something about it changed. */
async function codeOf(request: (user: RawUser) => string): Promise<number> {
  return (await world.operator.ask(request(world.newUser()))).code;
}

describe('longest values (§4)', () => {
  const atDomain = (length: number): string => `wv:${times(length - 20)}@provider.example`;

  it.each<[what: string, max: number, code: number, request: (length: number) => (user: RawUser) => string]>([
    ['userID', 256, 409, (length) => (user) => user.as({ userID: atDomain(length) }).passwordRequest()],
    ['url of a ClientID', 256, 200, (length) => (user) => user.on(times(length)).passwordRequest()],
    [
      'text of a ClientID',
      256,
      200,
      (length) => (user) => user.as({ client: `<ClientID>${times(length)}</ClientID>` }).passwordRequest(),
    ],
    [
      'applicationID',
      256,
      200,
      (length) => (user) =>
        user
          .as({ client: `<ClientID><ApplicationID applicationID="${times(length)}"/></ClientID>` })
          .passwordRequest(),
    ],
    [
      'msisdn',
      32,
      200,
      (length) => (user) =>
        user.as({ client: `<ClientID msisdn="${times(length, '1')}"/>` }).passwordRequest(),
    ],
    [
      'sessionCookie',
      256,
      200,
      (length) => (user) => user.passwordRequest(`sessionCookie="${times(length)}"`),
    ],
    [
      'sessionCookie of wide characters',
      256,
      200,
      (length) => (user) => user.passwordRequest(`sessionCookie="${times(length, '🔑')}"`),
    ],
    ['sapEpoch', 64, 200, (length) => (user) => user.passwordRequest(`sapEpoch="${times(length)}"`)],
    ['Password', 256, 409, (length) => (user) => user.as({ password: times(length) }).passwordRequest()],
    ['Nonce', 128, 401, (length) => (user) => user.digestRequest('SHA', times(length), '', 'd3Jvbmc=')],
    ['DigestBytes', 128, 401, (length) => (user) => user.digestRequest('SHA', 'a', '', times(length))],
    ['userSessionID', 50, 604, (length) => (user) => user.keepAliveRequest(times(length))],
  ])('%s: %d characters, and 402 beyond', async (_, max, code, request) => {
    expect(await codeOf(request(max))).toBe(code);
    expect(await codeOf(request(max + 1))).toBe(402);
  });

  it('CapabilityList: 16 KiB, and 402 beyond', async () => {
    const list = (length: number): string => `<CapabilityList><A>${times(length)}</A></CapabilityList>`;
    expect(await codeOf((user) => user.passwordRequest('', list(16_000)))).toBe(200);
    expect(await codeOf((user) => user.passwordRequest('', list(17_000)))).toBe(402);
  });
});

describe('numbers (§4)', () => {
  it.each([
    '',
    'x',
    '12a',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '1 2',
    '٣',
    '99999999999',
    '999999999999999999999999',
  ])('timeToLive="%s" is no decimal integer in range: 402', async (text) => {
    expect(await codeOf((user) => user.passwordRequest(`timeToLive="${text}"`))).toBe(402);
    expect(await codeOf((user) => user.keepAliveRequest('00a', `timeToLive="${text}"`))).toBe(402);
  });

  it.each([
    ['part beyond parts', 'syncID="s" sapEpoch="n:1" part="2" parts="1"'],
    ['part 0', 'syncID="s" sapEpoch="n:1" part="0" parts="1"'],
    ['no number', 'syncID="s" sapEpoch="n:1" part="one" parts="1"'],
  ])('%s: 402', async (_, attributes) => {
    const sync = `<UserKeepAliveRequest sync="Yes" ${attributes}>${world.operator.metaInfo}</UserKeepAliveRequest>`;
    expect((await world.operator.ask(sync)).code).toBe(402);
  });
});

describe('what is missing, repeated or too much (§4): 400', () => {
  const withUser = (primitive: string): ((user: RawUser) => string) => {
    return ({ metaInfo }) => primitive.replace('$', metaInfo);
  };

  it.each<[string, (user: RawUser) => string]>([
    ['a login without any credential', (user) => user.loginRequest('')],
    [
      'a login with a password and a schema',
      (user) => user.passwordRequest('', '<DigestSchema>MD5</DigestSchema>'),
    ],
    ['a login with a nonce alone', (user) => user.loginRequest('<Nonce>abc</Nonce>')],
    [
      'a login with a digest alone',
      (user) => user.loginRequest('<DigestBytes digestSchema="MD5" encoding="base64">YQ==</DigestBytes>'),
    ],
    ['a login with password and digest', (user) => user.passwordRequest('', '<Nonce>a</Nonce>')],
    [
      'two passwords',
      (user) => user.loginRequest(`<Password>${user.password}</Password><Password>x</Password>`),
    ],
    [
      'two MetaInfo',
      ({ metaInfo }) => `<UserLogoutRequest userSessionID="00a">${metaInfo.repeat(2)}</UserLogoutRequest>`,
    ],
    ['a logout without userSessionID', withUser('<UserLogoutRequest>$</UserLogoutRequest>')],
    [
      'a logout without User',
      () => `<UserLogoutRequest userSessionID="00a">${world.operator.metaInfo}</UserLogoutRequest>`,
    ],
    ['a keep-alive of nothing', withUser('<UserKeepAliveRequest>$</UserKeepAliveRequest>')],
    [
      'a single keep-alive without User',
      () => `<UserKeepAliveRequest userSessionID="00a">${world.operator.metaInfo}</UserKeepAliveRequest>`,
    ],
    [
      'a service request without userSessionID',
      withUser('<UserServiceRequest allFunctionsRequest="No">$</UserServiceRequest>'),
    ],
    [
      'a service request without allFunctionsRequest',
      withUser('<UserServiceRequest userSessionID="00a">$</UserServiceRequest>'),
    ],
    ['SP info of nobody', withUser('<GetSPInfoRequest>$</GetSPInfoRequest>')],
    [
      'a sync without sapEpoch',
      () =>
        `<UserKeepAliveRequest sync="Yes" syncID="s" part="1" parts="1">${world.operator.metaInfo}</UserKeepAliveRequest>`,
    ],
    ['an answer in a request', () => '<Status code="200"/>'],
  ])('%s', async (_, request) => {
    expect(await codeOf(request)).toBe(400);
  });
});

describe('the bare Status (§4)', () => {
  it('answers what fails before its own processing', async () => {
    const user = world.newUser();
    const answers = await world.operator.askAll([
      ['bare-400', user.loginRequest('')],
      ['bare-402', user.passwordRequest('timeToLive="x"')],
      ['bare-405', '<GetPresenceRequest/>'],
      ['bare-901', user.passwordRequest().replace('wv:@operator', 'wv:@rival')],
    ]);
    expect(answers.map(({ kind, code }) => [kind, code])).toEqual([
      ['Status', 400],
      ['Status', 402],
      ['Status', 405],
      ['Status', 901],
    ]);
  });

  it('405 is also for what only SAP 2 says', async () => {
    const primitive = `<UserDisconnectRequest userSessionID="00a">${world.operator.metaInfo}<User userID="wv:a@provider.example"/><Status code="601"/></UserDisconnectRequest>`;
    expect((await world.operator.ask(primitive)).code).toBe(405);
  });
});

describeLog(world);
