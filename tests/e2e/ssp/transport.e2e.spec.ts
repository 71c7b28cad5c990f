import { describe, expect, it } from '@jest/globals';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { HttpAnswer } from '../../support/peers/raw-http.js';
import { until } from '../../support/service/until.js';

/** The smallest service: what it cannot take, it must refuse in so many words. */
const LIMIT_BYTES = 65_536;
const world = worldForThisFile({
  SAP2_MAX_IN_FLIGHT: '1',
  SAP2_SSP_BODY_LIMIT_BYTES: String(LIMIT_BYTES),
});

const hello = (): string => world.operator.message([['transport', '<KeepAliveRequest/>']]);
const withType = (type: string): Promise<HttpAnswer> =>
  world.operator.post(hello(), { 'Content-Type': type });

describe('HTTP (§2)', () => {
  it.each(['/ssp', '/'])('serves POST at %s', async (path) => {
    const headers = { 'Content-Type': 'application/vnd.wv.ssp+xml' };
    const answer = await world.operator.request({ headers, chunks: [hello()] }, path);
    expect(world.operator.read(answer).map(({ code }) => code)).toEqual([200]);
  });

  it.each([
    'application/vnd.wv.ssp+xml',
    'text/xml',
    'application/xml',
    'Application/VND.wv.SSP+XML; charset=utf-8',
    'text/xml; charset="UTF-8"',
    'application/xml;charset=us-ascii',
  ])('takes %s', async (type) => {
    expect((await withType(type)).status).toBe(200);
  });

  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml-dtd',
    'text/xml; charset=iso-8859-1',
    'application/vnd.wv.ssp+xml; charset=utf-16',
    '',
  ])('415 for the content type "%s"', async (type) => {
    const answer = await withType(type);
    expect(answer.status).toBe(415);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/u);
  });

  it('415 for a body without a content type, and for a compressed one', async () => {
    expect((await world.operator.request({ chunks: [hello()] })).status).toBe(415);
    const headers = { 'Content-Type': 'application/vnd.wv.ssp+xml', 'Content-Encoding': 'gzip' };
    expect((await world.operator.request({ headers, chunks: [gzipSync(hello())] })).status).toBe(415);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '405 for %s, and says what is allowed',
    async (method) => {
      for (const path of ['/ssp', '/']) {
        const answer = await world.operator.request({ method }, path);
        expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
      }
    },
  );

  it('answers in line, as the type that it takes', async () => {
    const { status, headers } = await world.operator.post(hello());
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/vnd\.wv\.ssp\+xml/u);
  });

  it('keeps connections open', async () => {
    const { port, hostname } = new URL(world.operator.url);
    const body = hello();
    const request = `POST /ssp HTTP/1.1\r\nHost: sap2\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const socket = createConnection(Number(port), hostname);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
    const answers = (): number => received.split('HTTP/1.1 200').length - 1;
    for (let count = 1; count <= 3; count++) {
      socket.write(request);
      expect(await until('an answer on the same connection', () => answers() === count)).toBe(true);
    }
    socket.destroy();
  });
});

describe('statuses without an SSP answer (§2)', () => {
  it('400 has one line of plain text, that says what is wrong and where and repeats nothing', async () => {
    const body = hello().replace('<KeepAliveRequest/>', '\n\n<KeepAliveRequest secret="hunter-secret-22">');
    const answer = await world.operator.post(body);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/u);
    expect(answer.body.trim()).toMatch(/^[^\n]{10,}$/u);
    expect(answer.body).toMatch(/line 3/u);
    expect(answer.body).not.toMatch(/hunter|KeepAliveRequest secret/u);
  });

  it('403 for an SSP session that is not known', async () => {
    const answer = await world
      .sap1()
      .post(hello().replace(world.operator.sessionID, 'nobody@operator.example'));
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/u);
  });

  it('headers of the envelope are for logs and are not trusted', async () => {
    const { operator, rival } = world;
    const headers = { 'x-wv-sessionid': operator.sessionID, 'x-wv-transactionid': 'transport' };
    const unknown = hello().replace(operator.sessionID, 'nobody@operator.example');
    expect((await operator.post(unknown, headers)).status).toBe(403);
    const message = rival.message([['headers', world.newUser(operator).passwordRequest()]]);
    expect(rival.read(await rival.post(message, headers)).map(({ code }) => code)).toEqual([901]);
  });

  it('413 for a body over the limit, with its length declared or not', async () => {
    const headers = { 'Content-Type': 'application/vnd.wv.ssp+xml' };
    const long = hello().padEnd(LIMIT_BYTES + 1);
    expect((await world.operator.post(long)).status).toBe(413);
    const chunks = [long.slice(0, 30_000), long.slice(30_000, 60_000), long.slice(60_000)];
    expect((await world.operator.request({ headers, chunks })).status).toBe(413);
    expect((await world.operator.post(hello().padEnd(LIMIT_BYTES))).status).toBe(200);
  });

  it('503 when there is more to do than it can, with the time to come back', async () => {
    const user = world.newUser();
    let turnedAway: HttpAnswer | undefined;
    await until('an overload', async () => {
      const logins = world.operator.message(
        Array.from({ length: 20 }, () => [world.operator.nextTransactionID(), user.passwordRequest()]),
      );
      const answers = await Promise.all(
        [logins, logins, logins].map((message) => world.operator.post(message)),
      );
      turnedAway = answers.find(({ status }) => status !== 200);
      return turnedAway !== undefined;
    });
    expect(turnedAway?.status).toBe(503);
    expect(Number(turnedAway?.headers['retry-after'])).toBeGreaterThan(0);
    expect(turnedAway?.headers['content-type']).toMatch(/^text\/plain/u);
    expect((await world.operator.post(hello())).status).toBe(200);
  });
});

describeLog(world);
