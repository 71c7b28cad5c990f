import { describe, expect, it } from '@jest/globals';
import {
  type CspClientID,
  type CspMessage,
  type CspPrimitive,
  type CspVersion,
  decodeCsp,
  encodeCsp,
} from './index.js';

const result = (description: string | undefined, tryAgainTimeoutS?: number) => ({
  code: 200,
  description,
  tryAgainTimeoutS,
});
const client = (url: string, msisdn?: string): CspClientID => ({ url, msisdn, applicationID: 'app' });

const message = (
  version: CspVersion,
  primitive: CspPrimitive,
  more: Partial<CspMessage> = {},
): CspMessage => ({
  version,
  encoding: 'xml',
  session: { type: 'Inband', sessionID: 's' },
  mode: 'Response',
  transactionID: 't',
  poll: undefined,
  primitive,
  ...more,
});

const xml = (version: CspVersion, primitive: CspPrimitive, more: Partial<CspMessage> = {}): string =>
  encodeCsp(message(version, primitive, more)).toString('utf8');

const status = (description: string): CspPrimitive => ({ kind: 'Status', result: result(description) });

const login = (clientID: CspClientID | undefined): CspPrimitive => ({
  kind: 'Login-Request',
  userID: 'a&b',
  clientID,
  credential: { scheme: 'password', password: '<&>"' },
  timeToLive: undefined,
  sessionCookie: undefined,
  sessionID: undefined,
  capabilityList: [{ name: 'ClientType', value: 'PDA' }],
});

const answer = (clientID: CspClientID, sessionID = 's', nonce = 'n'): CspPrimitive => ({
  kind: 'Login-Response',
  clientID,
  result: result(undefined, 5),
  nonce,
  digestSchema: undefined,
  sessionID,
  keepAliveTime: 60,
  capabilityRequest: true,
  agreedCapabilityList: [{ name: 'ParserSize', value: '1' }],
});

describe('what is written for a handset', () => {
  it.each([
    ['Wrong <password> & more', 'Wrong password more'],
    ['Expired (600): 5 % left!', 'Expired 600 5 left'],
    ['  à bientôt, señor  ', 'a bientot, senor'],
    ['Новое', ''],
    ['a\u0000b\nc', 'a b c'],
    ['Ok. 3-4, 5', 'Ok. 3-4, 5'],
  ])('has the description %j as %j', (given, written) => {
    const element = written === '' ? '<Description/>' : `<Description>${written}</Description>`;
    expect(xml('1.2', status(given))).toContain(`<Result><Code>200</Code>${element}</Result>`);
  });

  const info = (name: string, url: string, type: string, content: string): CspPrimitive => ({
    kind: 'GetSPInfo-Response',
    clientID: client('c'),
    name,
    logo: { contentType: type, content },
    description: undefined,
    url,
  });

  it('has a blank for each sign of a name that needs an entity', () => {
    expect(xml('1.2', info('Tom & <Jo>: ñ', 'u', 't', ''))).toContain('<Name>Tom    Jo : ñ</Name>');
  });

  it('has neither an address nor a type nor a capability that needs an entity', () => {
    const written = xml('1.2', info('n', 'http://p.example/?a=1&b=2', 'image/<png>', 'QUJD'));
    expect(written).not.toContain('p.example');
    expect(written).toContain(
      '<Logo><ContentEncoding>BASE64</ContentEncoding><ContentData>QUJD</ContentData></Logo>',
    );
    const list: CspPrimitive = {
      kind: 'ClientCapability-Response',
      clientID: undefined,
      agreedCapabilityList: [
        { name: 'AcceptedContentType', value: 'a&b' },
        { name: 'ParserSize', value: '1' },
      ],
    };
    expect(xml('1.2', list)).toContain(
      '<AgreedCapabilityList><ParserSize>1</ParserSize></AgreedCapabilityList>',
    );
  });

  it('has the octets of a logo without line ends', () => {
    expect(xml('1.2', info('n', 'u', 't', 'QU\nJD \n'))).toContain('<ContentData>QUJD</ContentData>');
  });

  it('has only those forms of a ClientID that need no entity', () => {
    expect(xml('1.2', answer(client('a&b', '49')))).toContain('<ClientID><MSISDN>49</MSISDN></ClientID>');
    expect(xml('1.2', answer(client('a&b')))).not.toContain('ClientID');
  });

  it.each([
    ['a session id', () => xml('1.2', answer(client('c'), 'a&b'))],
    ['a nonce', () => xml('1.2', answer(client('c'), 's', 'a<b'))],
    [
      'the session id of the envelope',
      () => xml('1.2', status('ok'), { session: { type: 'Inband', sessionID: '>' } }),
    ],
    ['a transaction id', () => xml('1.2', status('ok'), { transactionID: '&' })],
  ])('is not written at all if %s needs an entity', (_what, write) => {
    expect(write).toThrow('An id of a CSP message needs an XML entity');
  });

  it('is the same in binary XML, where no entity would be needed', () => {
    const written = message('1.2', answer(client('a&b', '49')));
    const decoded = decodeCsp(encodeCsp({ ...written, encoding: 'wbxml' }), 'wbxml');
    expect(decoded).toMatchObject({ value: { primitive: { clientID: { url: undefined, msisdn: '49' } } } });
  });
});

describe('what a handset writes', () => {
  it('may have entities', () => {
    expect(xml('1.2', login(client('x<y')), { mode: 'Request' })).toContain(
      '<UserID>a&amp;b</UserID><ClientID><URL>x&lt;y</URL></ClientID><Password>&lt;&amp;&gt;"</Password>',
    );
  });
});

describe('the version', () => {
  it.each([
    ['1.1', '<TransactionID>t</TransactionID><Poll>T</Poll></TransactionDescriptor>'],
    ['1.2', '</Transaction><Poll>T</Poll></Session>'],
    ['1.3', '</Transaction><Poll>T</Poll></Session>'],
  ] as const)('%s decides where Poll stands', (version, place) => {
    const written = xml(version, status('ok'), { poll: true });
    expect(written).toContain(place);
    expect(written.split('<Poll>')).toHaveLength(2);
  });

  it.each(['1.1', '1.2'] as const)('%s has nothing of what came with 1.3', (version) => {
    expect(xml(version, login(client('c')), { mode: 'Request' })).not.toMatch(/CapabilityList|ApplicationID/);
    expect(xml(version, answer(client('c')))).not.toMatch(
      /AgreedCapabilityList|ApplicationID|TryAgainTimeout/,
    );
  });

  it('1.3 has it', () => {
    expect(xml('1.3', login(client('c')), { mode: 'Request' })).toMatch(/ApplicationID.*CapabilityList/);
    expect(xml('1.3', answer(client('c')))).toMatch(/ApplicationID.*TryAgainTimeout.*AgreedCapabilityList/);
  });

  it.each(['xml', 'wbxml'] as const)(
    'comes back from an answer to a version that is not spoken, in %s',
    (encoding) => {
      const written = { ...message('1.1', { kind: 'Logout-Request' }), encoding };
      const bytes = Buffer.from(
        encodeCsp(written).toString('latin1').replaceAll('CSP1.1', 'CSP9.9').replaceAll('1.1\0', '9.9\0'),
        'latin1',
      );
      expect(decodeCsp(bytes, encoding)).toMatchObject({
        value: { version: '1.1', encoding, transactionID: 't', primitive: { kind: 'unsupported-version' } },
      });
    },
  );
});

describe('a message that is not whole', () => {
  it.each(['', 'a b', '<x/>', '-x'])('is not written: no primitive has the name %j', (name) => {
    expect(() => xml('1.2', { kind: 'other', name })).toThrow('not a plain name');
  });

  it('is not written: it cannot be answered by itself', () => {
    const faulty = { kind: 'faulty', name: 'Status', code: 400, detail: '' } as unknown as CspPrimitive;
    expect(() => xml('1.2', faulty)).toThrow('Only a whole primitive can be written');
  });
});
