import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { until } from '../../support/service/until.js';

const LIMIT_BYTES = 65_536;
const world = worldForThisFile({ SAP2_SSP_BODY_LIMIT_BYTES: String(LIMIT_BYTES) });

const HOST = 'Host: sap2';
const XML = 'Content-Type: application/vnd.wv.ssp+xml';
const JSON_TYPE = 'Content-Type: application/json';
const CHUNKED = 'Transfer-Encoding: chunked';
const BODY = '<echo-me/>';
const LENGTH = `Content-Length: ${BODY.length}`;
const LONG = 'Content-Length: 9999999';
const CHUNKS = `a\r\n${BODY}\r\n0\r\n\r\n`;
const TOO_LONG_CHUNKS = `11170\r\n${'x'.repeat(0x11170)}\r\n0\r\n\r\n`;
const POST = 'POST /ssp HTTP/1.1';

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** What comes back for these bytes: one answer, read as far as it says itself. */
async function exchange(text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(world.service.sspUrl);
  let heard = '';
  const socket = connect(Number(port), hostname, () => socket.write(text));
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (heard += chunk));
  socket.on('error', () => undefined);
  const answer = await until('an answer', (): RawAnswer | false => {
    const [, status, head = '', rest = ''] = /^HTTP\/1\.1 (\d+)(.*?)\r\n\r\n(.*)$/su.exec(heard) ?? [];
    const length = Number(/content-length: (\d+)/iu.exec(head)?.[1] ?? 0);
    if (status === undefined || (rest.length < length && !text.startsWith('HEAD'))) return false;
    return { status: Number(status), head, body: rest };
  });
  socket.destroy();
  return answer;
}

const request = (line: string, headers: readonly string[], body = ''): string =>
  [line, ...headers, '', body].join('\r\n');

async function expectRefusal(text: string, status: number): Promise<RawAnswer> {
  const answer = await exchange(text);
  expect([answer.status, answer.body]).toEqual([status, expect.stringMatching(/^[^\n]{10,}\n$/u)]);
  expect(answer.head).toMatch(/content-type: text\/plain/iu);
  expect(answer.body).not.toContain('echo-me');
  return answer;
}

describe('a request that is no POST (§2)', () => {
  it.each([
    ['GET', []],
    ['TRACE', []],
    ['PROPFIND', []],
    ['CONNECT', []],
    ['PUT', [XML, LENGTH]],
    ['PUT', [JSON_TYPE, LENGTH]],
    ['PUT', [XML, LONG]],
    ['QUERY', [XML, LENGTH]],
  ])('%s with %j gets 405 and what is allowed, whatever body it has', async (method, headers) => {
    const { head } = await expectRefusal(
      request(`${method} /ssp HTTP/1.1`, [HOST, ...headers], headers.includes(LENGTH) ? BODY : ''),
      405,
    );
    expect(head).toMatch(/\r\nAllow: POST/iu);
  });

  it('HEAD gets the same without a body', async () => {
    const { status, head, body } = await exchange(request('HEAD / HTTP/1.1', [HOST]));
    expect([status, body]).toEqual([405, '']);
    expect(head).toMatch(/\r\nAllow: POST/iu);
  });
});

describe('a POST that the HTTP layer refuses (§2)', () => {
  it.each([
    ['no content type', [LENGTH], BODY],
    ['JSON', [JSON_TYPE, LENGTH], BODY],
    ['a content type that is none', ['Content-Type: ;;;', LENGTH], BODY],
    ['Latin-1', [`${XML}; charset=iso-8859-1`, LENGTH], BODY],
    ['two charsets', [`${XML}; charset=utf-8; charset=utf-16`, LENGTH], BODY],
    ['gzip', [XML, 'Content-Encoding: gzip', LENGTH], BODY],
    ['identity and gzip', [XML, 'Content-Encoding: identity, gzip', LENGTH], BODY],
    ['chunks of gzip', [XML, 'Transfer-Encoding: gzip, chunked'], CHUNKS],
  ])('with %s: 415', async (_, headers, body) => {
    await expectRefusal(request(POST, [HOST, ...headers], body), 415);
  });

  it.each([
    ['a length over the limit', [XML, LONG], ''],
    ['chunks over the limit', [XML, CHUNKED], TOO_LONG_CHUNKS],
    ['very long chunk extensions', [XML, CHUNKED], `a;${'e'.repeat(20_000)}\r\n`],
  ])('with %s: 413', async (_, headers, body) => {
    await expectRefusal(request(POST, [HOST, ...headers], body), 413);
  });

  it.each([
    ['no Host', request(POST, [XML, LENGTH], BODY)],
    ['a path that is not well-formed', request('POST /echo-me%zz HTTP/1.1', [HOST, XML, LENGTH], BODY)],
    ['a length that is no number', request(POST, [HOST, XML, 'Content-Length: echo-me'], BODY)],
    ['gzip without chunks', request(POST, [HOST, XML, 'Transfer-Encoding: gzip'], BODY)],
    ['a length and chunks', request(POST, [HOST, XML, LENGTH, CHUNKED], CHUNKS)],
    ['chunks without a length', request(POST, [HOST, XML, CHUNKED], 'echo-me\r\n')],
    ['an unknown method', request('ECHO-ME /ssp HTTP/1.1', [HOST, XML, LENGTH], BODY)],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an empty body', request(POST, [HOST, XML, 'Content-Length: 0'])],
    ['another document', request(POST, [HOST, XML, LENGTH], BODY)],
    ['an unknown expectation', request(POST, [HOST, XML, LENGTH, 'Expect: echo-me'], BODY)],
  ])('with %s: 400, and nothing of the input', async (_, text) => {
    await expectRefusal(text, 400);
  });

  it.each(['/echo-me', '/ssp/'])('to %s: 404', async (path) => {
    await expectRefusal(request(`POST ${path} HTTP/1.1`, [HOST, XML, LENGTH], BODY), 404);
  });
});

describeLog(world);
