import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({
  front: {
    port: 0,
    longPollS: 0,
    msisdn: { trustedNetworks: ['127.0.0.0/8'] },
    limits: { perUserPerS: 5 },
  },
});

const XML = 'application/vnd.wv.csp.xml';
const envelope = (
  content: string,
  version = '1.2',
  namespace = `http://www.openmobilealliance.org/DTD/WV-CSP${version}`,
) =>
  `<?xml version="1.0"?><WV-CSP-Message xmlns="${namespace}"><Session><SessionDescriptor><SessionType>Outband</SessionType></SessionDescriptor><Transaction><TransactionDescriptor><TransactionMode>Request</TransactionMode><TransactionID>7</TransactionID></TransactionDescriptor>${content}</Transaction></Session></WV-CSP-Message>`;
const content = (primitive: string): string =>
  `<TransactionContent xmlns="http://www.openmobilealliance.org/DTD/WV-TRC1.2">${primitive}</TransactionContent>`;

async function post(body: string, headers: Readonly<Record<string, string>> = {}, path = '') {
  const handset = world.handset({ userID: 'wv:x@provider.example', password: 'x' });
  const url = new URL(world.url.replace(/csp$/u, `csp${path}`));
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': XML, ...headers } });
  handset.close();
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

describe('the transport of the front (HTTP)', () => {
  it.each([[XML], ['application/vnd.wv.csp+xml'], ['text/xml'], ['application/xml; charset=utf-8']])(
    'takes %s and answers with it',
    async (type) => {
      const answer = await post(envelope(content('<Unknown-Request/>')), { 'content-type': type });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type.split(';')[0]]);
      expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.text)));
      expect(answer.text).toContain('<Code>506</Code>');
      expect(answer.text).not.toContain('DOCTYPE');
      expect(answer.text.match(/<Transaction>/gu)).toHaveLength(1);
    },
  );

  it('serves every path below its own', async () => {
    expect((await post(envelope(content('<Unknown-Request/>')), {}, '/any/path')).status).toBe(200);
    expect((await post(envelope(content('<Unknown-Request/>')), {}, '-other')).status).toBe(404);
  });

  it.each([
    ['not XML at all', 400],
    ['<other xmlns="urn:x"/>', 400],
    [`<!DOCTYPE x [<!ENTITY a "b">]>${envelope('')}`, 400],
    [`<WV-CSP-Message>${'x'.repeat(70_000)}</WV-CSP-Message>`, 413],
  ])('refuses %#: %s', async (body, status) => {
    const answer = await post(body);
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([
      status,
      'text/plain',
    ]);
  });

  it('refuses other content types with 415, and other methods with 405', async () => {
    expect((await post('{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await post('x', { 'content-encoding': 'gzip' })).status).toBe(415);
    const get = await fetch(world.url);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const head = await fetch(world.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('answers an empty content with 400 and another version with 505, inside HTTP 200', async () => {
    const empty = await post(envelope(content('')));
    expect([empty.status, /<Code>(\d+)</u.exec(empty.text)?.[1]]).toEqual([200, '400']);
    const old = await post(
      envelope(content('<KeepAlive-Request/>'), '1.0', 'http://www.wireless-village.org/CSP1.0'),
    );
    expect([old.status, /<Code>(\d+)</u.exec(old.text)?.[1]]).toEqual([200, '505']);
  });

  it('answers a transaction without TransactionContent with 400, inside HTTP 200', async () => {
    const answer = await post(envelope(''));
    expect([answer.status, /<Code>(\d+)</u.exec(answer.text)?.[1]]).toEqual([200, '400']);
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['too long a header', `POST /csp HTTP/1.1\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`, 431],
    ['an unknown Expect', 'POST /csp HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n', 417],
  ])('refuses %s in plain text, with its length', async (_name, request, status) => {
    const [head = '', text = ''] = (await heardAfter(request)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `, 'u'));
    expect(head).toMatch(/^content-type: text\/plain/imu);
    expect(head).toMatch(new RegExp(`^content-length: ${text.length}$`, 'imu'));
  });

  it('serves an old handset that sends no Host', async () => {
    const body = envelope(content('<Unknown-Request/>'));
    const head = `POST /csp HTTP/1.1\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\nConnection: close`;
    expect(await heardAfter(`${head}\r\n\r\n${body}`)).toContain('<Code>506</Code>');
  });

  it('honours Expect: 100-continue', async () => {
    const body = envelope(content('<Unknown-Request/>'));
    const socket = connect(world.gateway.frontPort, '127.0.0.1');
    let heard = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
    socket.write(
      `POST /csp HTTP/1.1\r\nHost: x\r\nContent-Type: ${XML}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve());
    });
    expect(heard).toMatch(/^HTTP\/1\.1 100 Continue\r\n/u);
    socket.write(body);
    await new Promise<void>((resolve) => {
      socket.once('end', () => resolve());
    });
    expect(heard).toContain('<Code>506</Code>');
  });

  it('limits the requests of one user with 429 and a time', async () => {
    const handset = world.newHandset();
    expect(await handset.login()).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => handset.post(handset.request({ kind: 'Polling-Request' }))),
    );
    const refused = answers.filter(({ httpStatus }) => httpStatus === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers['retry-after']).toBe('1');
  });

  it('limits the requests of one address with 429 and a time, and serves the others', async () => {
    const limited = await world.startGateway({
      node: 'n2',
      front: { port: 0, limits: { perAddressPerS: 1 } },
      pushes: { port: 0 },
    });
    const ask = (localAddress: string) => statusFrom(localAddress, limited.frontPort);
    try {
      const answers = await Promise.all(Array.from({ length: 30 }, () => ask('127.0.0.1')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['1']));
      expect((await ask('127.0.0.2')).status).toBe(200);
      await until('the next second', async () => (await ask('127.0.0.1')).status === 200);
    } finally {
      await limited.stop();
    }
  });

  it('believes the number of the caller from a trusted address, and gives it to SAP 2', async () => {
    const handset = world.newHandset();
    const credential = {
      scheme: 'password',
      password: `${/user-\d+/u.exec(handset.userID)?.[0]}-password`,
    } as const;
    const request = handset.request(handset.loginRequest(credential), undefined);
    const answer = handset.read(await handset.post(request, { MSISDN: '+4915112345' }));
    const login = answer?.primitive;
    const id = login?.kind === 'Login-Response' ? login.sessionID : undefined;
    const session = (await (await world.service.admin('GET', `/admin/v1/sessions/${id}`)).json()) as object;
    expect(JSON.stringify(session)).toContain('+4915112345');
  });

  it('believes no number from another address', async () => {
    const careful = await world.startGateway({
      node: 'n3',
      front: { port: 0, msisdn: { trustedNetworks: ['10.0.0.0/8'] } },
      pushes: { port: 0 },
    });
    const known = world.newHandset();
    const password = `${/user-\d+/u.exec(known.userID)?.[0]}-password`;
    const handset = new RawHandset(`http://127.0.0.1:${careful.frontPort}/csp`, {
      userID: known.userID,
      password,
    });
    try {
      const id = await until('a login', async () => {
        const login = handset.request(handset.loginRequest({ scheme: 'password', password }), undefined);
        const answer = handset.read(await handset.post(login, { MSISDN: '+4915112345' }))?.primitive;
        return answer?.kind === 'Login-Response' && answer.sessionID;
      });
      const session = await (await world.service.admin('GET', `/admin/v1/sessions/${id}`)).text();
      expect(session).toContain(handset.client);
      expect(session).not.toContain('+4915112345');
    } finally {
      handset.close();
      await careful.stop();
    }
  });
});

/** All that the front says to these octets, until it closes the connection. */
async function heardAfter(octets: string): Promise<string> {
  const socket = connect(world.gateway.frontPort, '127.0.0.1');
  let heard = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
  socket.write(octets);
  await once(socket, 'end');
  socket.destroy();
  return heard;
}

/** Of a request that comes from an address of this machine. */
function statusFrom(localAddress: string, port: number) {
  return new Promise<{ status: number | undefined; retryAfter: string | undefined }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/csp', method: 'POST', localAddress, agent: false };
    const sent = httpRequest({ ...options, headers: { 'content-type': XML } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, retryAfter: answer.headers['retry-after'] });
    });
    sent.on('error', reject);
    sent.end(envelope(content('<Unknown-Request/>')));
  });
}
