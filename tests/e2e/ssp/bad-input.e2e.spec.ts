import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { NAMESPACE } from '../../support/peers/raw-sap1.js';
import { until } from '../../support/service/until.js';

const world = worldForThisFile();

/** A server from which an external entity could be fetched. No request may arrive there. */
let trap: Server;
let caught = 0;
let trapUrl: string;

beforeAll(async () => {
  trap = createServer((_request, response) => {
    caught++;
    response.end('caught');
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/evil.dtd`;
});

afterAll(() => {
  trap.close();
});

const message = (content = '<KeepAliveRequest/>'): string => world.operator.message([['bad', content]]);
const withoutDeclaration = (): string => message().replace(/^<\?xml.*?\?>/u, '');
const inLogin = (content: string): string =>
  world.newUser().passwordRequest().replace('</UserLoginRequest>', `${content}</UserLoginRequest>`);

/** A clear refusal: never a 5xx, never more than a line. @returns the HTTP status */
async function refusal(body: string | Buffer): Promise<number> {
  const answer = await world.operator.post(body);
  expect(answer.status).toBeLessThan(500);
  const isLine = answer.body.length < 300 && String(answer.headers['content-type']).startsWith('text/plain');
  expect(answer.status === 200 || isLine).toBe(true);
  return answer.status;
}

describe('a document type is refused whatever it is (§2)', () => {
  it.each<[string, () => string]>([
    ['empty', () => `<!DOCTYPE WV-SSP-Message>${withoutDeclaration()}`],
    ['after the declaration', () => message().replace('?>', '?>\n<!DOCTYPE x>')],
    ['in small letters', () => `<!doctype x>${withoutDeclaration()}`],
    ['with an entity', () => `<!DOCTYPE x [<!ENTITY e "y">]>${withoutDeclaration()}`],
    [
      'a bomb',
      () =>
        `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(1000)}"><!ENTITY c "${'&b;'.repeat(1000)}">]>${message('<UserLogoutRequest userSessionID="&c;"/>').replace(/^<\?xml.*?\?>/u, '')}`,
    ],
    [
      'an external file',
      () => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${withoutDeclaration()}`,
    ],
    ['an external address', () => `<!DOCTYPE x SYSTEM "${trapUrl}">${withoutDeclaration()}`],
    [
      'a parameter entity',
      () => `<!DOCTYPE x [<!ENTITY % e SYSTEM "${trapUrl}">%e;]>${withoutDeclaration()}`,
    ],
    ['inside the message', () => message('<!DOCTYPE x><KeepAliveRequest/>')],
  ])('%s: HTTP 400', async (_, body) => {
    expect(await refusal(body())).toBe(400);
  });

  it('no entity is read, and nothing is fetched', async () => {
    expect(await refusal(message('<UserLogoutRequest userSessionID="&unknown;"/>'))).toBe(400);
    const included = `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${trapUrl}"/>`;
    expect(await refusal(message(inLogin(included)))).toBe(200);
    const located = message().replace(
      '<WV-SSP-Message',
      `<WV-SSP-Message xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${NAMESPACE} ${trapUrl}"`,
    );
    expect(await refusal(located)).toBe(200);
    expect(await refusal(message().replace('?>', `?><?xml-stylesheet href="${trapUrl}"?>`))).toBe(200);
    await pause(50);
    expect(caught).toBe(0);
  });
});

describe('encodings (§2)', () => {
  const utf16 = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]);

  it.each<[string, () => string | Buffer]>([
    ['UTF-16', () => utf16(Buffer.from(message(), 'utf16le'))],
    ['UTF-16 without a mark', () => Buffer.from(message(), 'utf16le')],
    ['big-endian UTF-16', () => utf16(Buffer.from(message(), 'utf16le')).swap16()],
    ['UTF-32', () => Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from(message())])],
    ['another declared encoding', () => message().replace('UTF-8', 'ISO-8859-1')],
    ['overlong UTF-8', () => Buffer.concat([Buffer.from(message()), Buffer.from([0xc0, 0xbc])])],
    [
      'a surrogate in UTF-8',
      () =>
        Buffer.concat([
          Buffer.from('<!--'),
          Buffer.from([0xed, 0xa0, 0x80]),
          Buffer.from(`-->${withoutDeclaration()}`),
        ]),
    ],
    ['a surrogate by reference', () => message('<UserLogoutRequest userSessionID="&#xD800;"/>')],
    ['NUL', () => message().replace('<KeepAliveRequest', '\0<KeepAliveRequest')],
    ['NUL by reference', () => message('<UserLogoutRequest userSessionID="&#0;"/>')],
    ['control characters', () => message('<UserLogoutRequest userSessionID="\u0001"/>')],
    ['two byte order marks', () => `\uFEFF\uFEFF${message()}`],
    ['cut-off UTF-8', () => Buffer.concat([Buffer.from(message()), Buffer.from([0xe2, 0x82])])],
  ])('%s: HTTP 400', async (_, body) => {
    expect(await refusal(body())).toBe(400);
  });
});

describe('floods within the size limit', () => {
  const FILL = 900_000;
  const fill = (piece: string): string => piece.repeat(Math.floor(FILL / piece.length));

  it.each<[string, () => string]>([
    ['siblings', () => message(inLogin(fill('<a/>')))],
    [
      'attributes',
      () => message(`<KeepAliveRequest ${Array.from({ length: 80_000 }, (_, i) => `a${i}=""`).join(' ')}/>`),
    ],
    ['the same attribute', () => message(`<KeepAliveRequest ${fill('a="" ')}/>`)],
    ['depth', () => message(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`)],
    ['depth without an end', () => message(fill('<a>'))],
    ['numeric references', () => message(inLogin(`<a>${fill('&#65;')}</a>`))],
    ['one CDATA section', () => message(inLogin(`<a><![CDATA[${fill(']]x')}]]></a>`))],
    ['CDATA sections', () => message(inLogin(`<a>${fill('<![CDATA[]]>')}</a>`))],
    ['one comment', () => message(inLogin(`<!--${fill('x')}-->`))],
    ['comments', () => message(inLogin(fill('<!---->')))],
    ['one instruction', () => message(inLogin(`<?x ${fill('x')}?>`))],
    ['instructions', () => message(inLogin(fill('<?x?>')))],
    ['namespaces', () => message(inLogin(fill('<a xmlns="urn:abc"/>')))],
    ['text', () => message(inLogin(fill('x ')))],
    ['line ends', () => message(fill('\r\n'))],
    ['primitives', () => message(fill('<KeepAliveRequest/>'))],
  ])('of %s are refused or ignored, and the next message is served', async (_, body) => {
    expect([200, 400, 413]).toContain(await refusal(body()));
    expect((await world.operator.ask('<KeepAliveRequest/>')).code).toBe(200);
  });
});

describe('odd requests', () => {
  it.each<[string, string]>([
    ['__proto__', '<__proto__ constructor="x"/>'],
    ['the name of a method', '<toString/>'],
    ['the name of a field', '<constructor/>'],
  ])('a primitive called %s is unknown: 405', async (_, primitive) => {
    expect((await world.operator.ask(primitive)).code).toBe(405);
  });

  it.each(['__proto__', 'constructor', "'; DROP TABLE account; --", '*', '..%2f', '\u202Ewv:', '{}', '%00'])(
    'the name %s is as unknown as any',
    async (name) => {
      const user = world.newUser();
      expect((await user.as({ userID: `wv:${name}@provider.example` }).logIn()).code).not.toBe(200);
      expect((await user.keepAlive(name.replaceAll('"', ''))).code).toBe(604);
      expect((await user.on(name).logIn()).code).toBe(200);
    },
  );

  it.each([
    'alice',
    '@',
    'wv:',
    'wv:@provider.example',
    'wv:alice@',
    'wv:a b@provider.example',
    'wv:a@b@provider.example',
    'wv:alice@provider..example',
    'wv:alice@provider.example:80',
    'wv:alice@-',
  ])('"%s" names no domain that is served, or no user in it', async (userID) => {
    expect([409, 516]).toContain((await world.newUser().as({ userID }).logIn()).code);
  });

  it('a wrong Content-Length, slow and endless requests delay no other sender', async () => {
    const { port, hostname } = new URL(world.operator.url);
    const sockets = [
      'POST /ssp HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n<WV-',
      'POST /ssp HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<WV\r\n',
      'POST /ssp HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    ].map((text) => {
      const socket = createConnection(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(text);
      return socket;
    });
    expect((await world.operator.ask('<KeepAliveRequest/>')).code).toBe(200);
    for (const socket of sockets) socket.destroy();

    const short = createConnection(Number(port), hostname);
    let received = '';
    short.on('data', (chunk: Buffer) => (received += chunk.toString()));
    short.write(
      `POST /ssp HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 10\r\n\r\n${message()}`,
    );
    await until('a refusal', () => received.includes('HTTP/1.1 400'));
    short.destroy();
    expect(received).not.toMatch(/HTTP\/1\.1 5/u);
  });
});

describeLog(world);
