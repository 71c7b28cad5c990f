import { describe, expect, it } from '@jest/globals';
import { canonicalContent, decodeSsp, encodeSsp } from './index.js';
import { SSP_NAMESPACES, type RequestPrimitive, type SspMessage, type Status } from './messages.js';

const [NAMESPACE] = SSP_NAMESPACES;

const status = (description: string): Status => ({
  code: 200,
  description,
  detailedResults: [],
  tryAgainTimeoutS: undefined,
});

const answer = (description: string, transactionID = 't'): SspMessage => ({
  kind: 'session',
  namespace: NAMESPACE,
  sessionID: 's',
  transactions: [
    { mode: 'Response', transactionID, primitive: { kind: 'Status', status: status(description) } },
  ],
});

const written = (description: string): string =>
  /<StatusDescription>(.*)<\/StatusDescription>/s.exec(encodeSsp(answer(description)))?.[1] ?? '';

describe('a message on the wire', () => {
  it('is UTF-8 with a declaration, in one fixed order, without anything that is not there', () => {
    expect(encodeSsp(answer('x', 'e7-42'))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<WV-SSP-Message xmlns="${NAMESPACE}"><Session sessionID="s">` +
        '<Transaction mode="Response" transactionID="e7-42">' +
        '<Status code="200"><StatusDescription>x</StatusDescription></Status>' +
        '</Transaction></Session></WV-SSP-Message>',
    );
  });

  it('spells protocolVersion right', () => {
    const message: SspMessage = {
      kind: 'setup',
      namespace: SSP_NAMESPACES[2],
      mode: 'Request',
      transactionID: 't',
      primitive: {
        kind: 'SendSecretToken',
        serviceID: 'wv:@a',
        protocol: undefined,
        protocolVersion: '1.3',
        secretToken: 'x',
        encoding: undefined,
      },
    };
    expect(encodeSsp(message)).toContain('<SendSecretToken serviceID="wv:@a" protocolVersion="1.3">');
    expect(encodeSsp(message)).toContain('xmlns="http://www.openmobilealliance.org/DTD/IMPS-SSP1.3"');
  });

  it('says that a digest is base64', () => {
    const passwordDigest = { digestSchema: undefined, value: 'eA==' };
    const message: SspMessage = {
      kind: 'setup',
      namespace: NAMESPACE,
      mode: 'Request',
      transactionID: 't',
      primitive: { kind: 'LoginRequest', serviceID: 'wv:@a', timeToLive: undefined, passwordDigest },
    };
    expect(encodeSsp(message)).toContain('<PasswordDigest encoding="base64">eA==</PasswordDigest>');
  });

  it('escapes what XML would take for its own', () => {
    expect(written('<a> & "b" ]]>')).toBe('&lt;a&gt; &amp; "b" ]]&gt;');
    expect(written('a\rb\nc')).toBe('a&#13;b\nc');
    expect(encodeSsp(answer('', '"<&>\t\r\n\''))).toContain(
      'transactionID="&quot;&lt;&amp;&gt;&#9;&#13;&#10;\'"',
    );
  });

  it('puts U+FFFD for what XML cannot carry', () => {
    expect(written('a\u0000b\u001Fc\uFFFEd\uD800e\uDC00f')).toBe('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf');
    expect(written('\u{1F511}')).toBe('\u{1F511}');
    expect(encodeSsp(answer('', '\u0007'))).toContain('transactionID="\uFFFD"');
  });

  it('gives back an id that was too long, so that its fault can be answered', () => {
    const long = 'x'.repeat(51);
    expect(encodeSsp(answer('', long))).toContain(`transactionID="${long}"`);
  });

  it('never has an element that no name can be made of', () => {
    const service = (name: string): SspMessage => ({
      kind: 'session',
      namespace: NAMESPACE,
      sessionID: 's',
      transactions: [
        {
          mode: 'Response',
          transactionID: 't',
          primitive: {
            kind: 'UserServiceResponse',
            status: status(''),
            functions: [{ name, children: [] }],
            allFunctions: undefined,
          },
        },
      ],
    });
    expect(encodeSsp(service('GCLI'))).toContain('<Functions><GCLI/></Functions>');
    expect(() => encodeSsp(service('a/><b'))).toThrow('The name of a function is not a valid element name');
  });
});

describe('the canonical content', () => {
  const contentOf = (request: string): string => {
    const xml = `<WV-SSP-Message xmlns="${NAMESPACE}"><Session sessionID="s"><Transaction mode="Request" transactionID="t">${request}</Transaction></Session></WV-SSP-Message>`;
    const decoded = decodeSsp(new TextEncoder().encode(xml));
    if (!decoded.ok || decoded.value.kind !== 'session') throw new Error('not decoded');
    const primitive = decoded.value.transactions.flatMap((one): RequestPrimitive[] =>
      'primitive' in one && one.mode === 'Request' ? [one.primitive] : [],
    )[0];
    if (primitive === undefined) throw new Error('faulty');
    return canonicalContent(primitive);
  };

  it('does not depend on the spelling', () => {
    const meta = '<MetaInfo><Requestor serviceID="a"/></MetaInfo>';
    const one = contentOf(
      `<UserLoginRequest timeToLive="60" cspVersion="1.2">${meta}<Password>p</Password></UserLoginRequest>`,
    );
    const other = contentOf(
      `<UserLoginRequest cspVersion='1.2' x="y" timeToLive="060">\n<Password>\n<![CDATA[p]]></Password><!-- -->${meta.replace('<MetaInfo', '<MetaInfo clientOriginated="Yes"')}</UserLoginRequest>`,
    );
    const another = contentOf(
      `<UserLoginRequest timeToLive="60" cspVersion="1.2">${meta}<Password>q</Password></UserLoginRequest>`,
    );
    expect(other).toBe(one);
    expect(another).not.toBe(one);
  });
});
