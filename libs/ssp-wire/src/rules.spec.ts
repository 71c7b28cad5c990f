import { describe, expect, it } from '@jest/globals';
import libxml from 'libxmljs2';
import { decodeSsp, sspSchemaText } from './index.js';
import { SSP_NAMESPACES, type DecodedTransaction } from './messages.js';

const META =
  '<MetaInfo clientOriginated="No"><Requestor serviceID="wv:@a"><User userID="wv:b@c"><ClientID url="d"/></User></Requestor></MetaInfo>';

const session = (transactions: string, sessionID = 's'): string =>
  `<WV-SSP-Message xmlns="${SSP_NAMESPACES[0]}"><Session sessionID="${sessionID}">${transactions}</Session></WV-SSP-Message>`;

const transaction = (primitive: string, mode = 'Request', id = 't'): string =>
  `<Transaction mode="${mode}" transactionID="${id}">${primitive}</Transaction>`;

const decode = (xml: string): ReturnType<typeof decodeSsp> => decodeSsp(new TextEncoder().encode(xml));

function decodeOne(primitive: string, mode = 'Request'): DecodedTransaction {
  const decoded = decode(session(transaction(primitive, mode)));
  if (!decoded.ok || decoded.value.kind !== 'session') throw new Error(JSON.stringify(decoded));
  const [only] = decoded.value.transactions;
  if (only === undefined) throw new Error('no transaction');
  return only;
}

/** 0 where the transaction is understood. */
const codeOf = (primitive: string, mode = 'Request'): number => {
  const decoded = decodeOne(primitive, mode);
  return 'fault' in decoded ? decoded.fault.code : 0;
};

const schema = libxml.parseXml(sspSchemaText());

const isValid = (primitive: string, mode: string): boolean =>
  libxml.parseXml(session(transaction(primitive, mode))).validate(schema);

const login = (attributes: string, children: string, meta = META): string =>
  `<UserLoginRequest ${attributes}>${meta}${children}</UserLoginRequest>`;
const logout = (meta: string): string => `<UserLogoutRequest userSessionID="s">${meta}</UserLogoutRequest>`;
const PASSWORD = '<Password>p</Password>';

describe('the longest values (ssp-binding §4)', () => {
  const rows: readonly (readonly [
    name: string,
    max: number,
    primitive: (value: string) => string,
    mode: 'Request' | 'Response',
  ])[] = [
    ['userID', 256, (x) => logout(META.replace('wv:b@c', x)), 'Request'],
    ['ClientID url', 256, (x) => logout(META.replace('"d"', `"${x}"`)), 'Request'],
    ['ClientID msisdn', 32, (x) => logout(META.replace('url="d"', `msisdn="${x}"`)), 'Request'],
    ['ClientID text', 256, (x) => logout(META.replace(' url="d"/>', `>${x}</ClientID>`)), 'Request'],
    [
      'ApplicationID',
      256,
      (x) => logout(META.replace('/></User>', `><ApplicationID applicationID="${x}"/></ClientID></User>`)),
      'Request',
    ],
    ['serviceID', 300, (x) => logout(META.replace('wv:@a', x)), 'Request'],
    ['sessionCookie', 256, (x) => login(`sessionCookie="${x}"`, PASSWORD), 'Request'],
    ['sapEpoch', 64, (x) => login(`sapEpoch="${x}"`, PASSWORD), 'Request'],
    ['userSessionID', 50, (x) => login(`userSessionID="${x}"`, PASSWORD), 'Request'],
    ['cspVersion', 16, (x) => login(`cspVersion="${x}"`, PASSWORD), 'Request'],
    ['Password', 256, (x) => login('', `<Password>${x}</Password>`), 'Request'],
    ['Nonce', 128, (x) => login('', `<Nonce>${x}</Nonce><DigestBytes>d</DigestBytes>`), 'Request'],
    ['DigestBytes', 128, (x) => login('', `<Nonce>n</Nonce><DigestBytes>${x}</DigestBytes>`), 'Request'],
    ['DigestSchema', 32, (x) => login('', `<DigestSchema>${x}</DigestSchema>`), 'Request'],
    [
      'CapabilityList',
      16_384,
      (x) => login('', `${PASSWORD}<CapabilityList>${x}</CapabilityList>`),
      'Request',
    ],
    [
      'syncID',
      50,
      (x) =>
        `<UserKeepAliveRequest sync="Yes" syncID="${x}" part="1" parts="1" sapEpoch="e">${META}</UserKeepAliveRequest>`,
      'Request',
    ],
    [
      'StatusDescription',
      4096,
      (x) => `<Status code="200"><StatusDescription>${x}</StatusDescription></Status>`,
      'Response',
    ],
    [
      'Logo',
      65_536,
      (x) => `<GetSPInfoResponse><Status code="200"/><Logo>${x}</Logo></GetSPInfoResponse>`,
      'Response',
    ],
  ];

  it.each(rows)(
    '%s: %d characters, and 402 for one more; so says the schema',
    (name, max, primitive, mode) => {
      const inSchema = name !== 'CapabilityList' && name !== 'ClientID text';
      expect(codeOf(primitive('x'.repeat(max)), mode)).toBe(0);
      expect(codeOf(primitive('x'.repeat(max + 1)), mode)).toBe(402);
      expect(isValid(primitive('x'.repeat(max)), mode)).toBe(true);
      expect(isValid(primitive('x'.repeat(max + 1)), mode)).toBe(!inSchema);
      expect(codeOf(primitive('x'.repeat(Math.min(3 * max, 131_000))), mode)).toBe(402);
    },
  );

  it('counts characters and not UTF-16 units, and no padding', () => {
    expect(codeOf(logout(META.replace('wv:b@c', '😀'.repeat(256))))).toBe(0);
    expect(codeOf(logout(META.replace('wv:b@c', '😀'.repeat(257))))).toBe(402);
    expect(codeOf(login('', `<Password>${'\n'.repeat(99)}${'x'.repeat(256)}\n</Password>`))).toBe(0);
  });

  it('condemns the document where a sessionID is too long', () => {
    expect(decode(session(transaction('<KeepAliveRequest/>'), 'x'.repeat(300))).ok).toBe(true);
    expect(decode(session(transaction('<KeepAliveRequest/>'), 'x'.repeat(301)))).toMatchObject({
      error: {
        reason: 'not-this-schema',
        detail: 'sessionID of Session: longer than 300 characters, line 1',
      },
    });
  });
});

describe('how many (ssp-binding §1, §4.3)', () => {
  const keepAlive = (count: number, attributes = ''): string =>
    `<UserKeepAliveRequest ${attributes}>${META}${'<UserSession userSessionID="s"/>'.repeat(count)}</UserKeepAliveRequest>`;
  const SYNC = 'sync="Yes" syncID="i" part="1" parts="10000" sapEpoch="e"';

  it('1 to 1000 sessions in a batch, 0 to 1000 in a part of a sync', () => {
    expect([0, 1, 1000, 1001].map((count) => codeOf(keepAlive(count)))).toEqual([400, 0, 0, 400]);
    expect([0, 1, 1000, 1001].map((count) => codeOf(keepAlive(count, SYNC)))).toEqual([0, 0, 0, 400]);
    expect(codeOf(keepAlive(0, SYNC.replace('10000', '10001')))).toBe(402);
  });

  it('sync="No" is no sync, and what belongs to a sync then means nothing', () => {
    expect(decodeOne(keepAlive(0, 'sync="No" syncID="i" userSessionID="u" timeToLive="7"'))).toMatchObject({
      primitive: { form: { type: 'single', userSessionID: 'u', timeToLive: 7 } },
    });
  });

  it('1 to 500 transactions', () => {
    const many = (count: number): string => session(transaction('<KeepAliveRequest/>').repeat(count));
    expect([1, 500].map((count) => decode(many(count)).ok)).toEqual([true, true]);
    expect(decode(many(501))).toMatchObject({
      error: { reason: 'not-this-schema', detail: 'more than 500 transactions, line 1' },
    });
  });

  it('up to 16 digest schemas', () => {
    const schemas = (count: number): string => login('', '<DigestSchema>MD5</DigestSchema>'.repeat(count));
    expect([16, 17].map((count) => codeOf(schemas(count)))).toEqual([0, 400]);
  });

  it('a session ignores what is no transaction', () => {
    expect(decode(session(`<Novelty/>${transaction('<KeepAliveRequest/>')}text`)).ok).toBe(true);
  });
});

describe('a function tree', () => {
  const service = (functions: string): string =>
    `<UserServiceRequest userSessionID="s" allFunctionsRequest="No">${META}<Functions>${functions}</Functions></UserServiceRequest>`;
  const deep = (levels: number): string => '<A>'.repeat(levels) + '</A>'.repeat(levels);

  it('is bounded in depth, size and names: 402', () => {
    expect([8, 9, 20].map((levels) => codeOf(service(deep(levels))))).toEqual([0, 402, 402]);
    expect([256, 257].map((count) => codeOf(service('<A/>'.repeat(count))))).toEqual([0, 402]);
    expect(
      ['x'.repeat(32), 'x'.repeat(33), 'A-B', 'Ä', '__proto__'].map((name) => codeOf(service(`<${name}/>`))),
    ).toEqual([0, 402, 402, 402, 402]);
  });

  it('has neither text nor elements of other namespaces in it', () => {
    expect(decodeOne(service('text<A b="c">text<x:B xmlns:x="urn:x"/><C/></A>'))).toMatchObject({
      primitive: { functions: [{ name: 'A', children: [{ name: 'C', children: [] }] }] },
    });
  });
});

describe('what counts where several things are wrong', () => {
  it('the first', () => {
    expect(
      decodeOne('<UserLogoutRequest><MetaInfo clientOriginated="maybe"/></UserLogoutRequest>'),
    ).toMatchObject({
      fault: { code: 400, detail: 'MetaInfo: clientOriginated: neither Yes nor No' },
    });
  });

  it('the first of a set-up, too', () => {
    const xml = `<WV-SSP-Message xmlns="${SSP_NAMESPACES[0]}"><SetupTransaction mode="Request" transactionID="t"><LoginRequest/></SetupTransaction></WV-SSP-Message>`;
    expect(decode(xml)).toMatchObject({
      error: { reason: 'not-this-schema', detail: 'LoginRequest: serviceID: is missing, line 1' },
    });
  });

  it('an encoding that is none condemns a set-up', () => {
    const xml = `<WV-SSP-Message xmlns="${SSP_NAMESPACES[0]}"><SetupTransaction mode="Request" transactionID="t"><SendSecretToken serviceID="a"><SecretToken encoding="hex">00</SecretToken></SendSecretToken></SetupTransaction></WV-SSP-Message>`;
    expect(decode(xml)).toMatchObject({
      error: { detail: 'SecretToken: encoding: not base64, line 1' },
    });
  });

  it('an optional child that is faulty is a fault, too', () => {
    expect(codeOf(login('', `${PASSWORD}<Functions><Ä/></Functions>`))).toBe(402);
  });

  it('a fault in the form beside a fault in a value', () => {
    expect(codeOf(`<UserKeepAliveRequest timeToLive="x">${META}</UserKeepAliveRequest>`)).toBe(402);
  });
});

describe('defaults and patience', () => {
  it('clientOriginated is Yes where it is left out', () => {
    expect(decodeOne(logout('<MetaInfo><Requestor serviceID="a"/></MetaInfo>'))).toMatchObject({
      primitive: { metaInfo: { clientOriginated: true, requestor: { user: undefined } } },
    });
  });

  it('numbers may have blanks around and zeros before them', () => {
    expect(decodeOne(login('timeToLive=" 0060 "', PASSWORD))).toMatchObject({
      primitive: { timeToLive: 60 },
    });
    expect(codeOf(login('timeToLive="+60"', PASSWORD))).toBe(402);
  });

  it('children may stand in any of the namespaces', () => {
    expect(codeOf(logout(META.replace('<MetaInfo', `<MetaInfo xmlns="${SSP_NAMESPACES[1]}"`)))).toBe(0);
    expect(codeOf(logout(META.replace('<MetaInfo', '<MetaInfo xmlns="urn:x"')))).toBe(400);
  });

  it('absent fields are there, as undefined', () => {
    expect(
      decodeOne('<KeepAliveResponse><Status code="200"/></KeepAliveResponse>', 'Response'),
    ).toStrictEqual({
      mode: 'Response',
      transactionID: 't',
      primitive: {
        kind: 'KeepAliveResponse',
        timeToLive: undefined,
        status: { code: 200, description: undefined, detailedResults: [], tryAgainTimeoutS: undefined },
      },
    });
  });
});
