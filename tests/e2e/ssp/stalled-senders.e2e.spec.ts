import { afterAll, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { until } from '../../support/service/until.js';

/** Several times what the bound lets them hold. */
const STRANGERS = 100;
const BODY_BYTES = 1024 * 1024;
const BOUND_BYTES = 16 * BODY_BYTES;
const REQUEST_TIMEOUT_S = 4;

const world = worldForThisFile({
  SAP2_STRANGERS_BODIES_BYTES: String(BOUND_BYTES),
  SAP2_CONNECTIONS_PER_ADDRESS: String(2 * STRANGERS),
  SAP2_REQUEST_TIMEOUT_S: String(REQUEST_TIMEOUT_S),
});

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => socket.destroy()));

/** A connection that says something and then nothing more; what it hears, and whether it is over. */
function stall(url: string, text: string): { readonly heard: () => string; readonly isOver: () => boolean } {
  const { hostname, port } = new URL(url);
  let heard = '';
  let isOver = false;
  const socket = connect(Number(port), hostname, () => socket.write(text));
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (heard += chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => (isOver = true));
  sockets.push(socket);
  return { heard: () => heard, isOver: () => isOver };
}

const unfinished = (length: number): string =>
  [
    'POST /ssp HTTP/1.1',
    'Host: sap2',
    'Content-Type: application/vnd.wv.ssp+xml',
    `Content-Length: ${BODY_BYTES}`,
    '',
    'x'.repeat(length),
  ].join('\r\n');

describe('strangers with bodies of a megabyte that never end', () => {
  it('have to go when they hold too much, peers are served meanwhile, and all are cut off in time', async () => {
    const strangers = Array.from({ length: STRANGERS }, () =>
      stall(world.service.sspUrl, unfinished(BODY_BYTES - 1)),
    );
    await until('the first that has to go', () => strangers.some(({ heard }) => heard().includes(' 503 ')));
    const user = world.newUser();
    const id = await user.session();
    for (let i = 0; i < 20; i++) expect((await user.keepAlive(id)).code).toBe(200);
    await world.sap1().connect();
    await until('the end of all', () => strangers.every(({ isOver }) => isOver()));
    expect((await user.keepAlive(id)).code).toBe(200);
  });
});

describe('a sender that is slow', () => {
  it.each([
    ['in its headers', 'POST /ssp HTTP/1.1\r\nHost: sap2\r\n'],
    ['in its body', unfinished(10)],
  ])('%s gets 408 in plain text, and the connection ends', async (_, text) => {
    const { heard, isOver } = stall(world.service.sspUrl, text);
    await until('the end of the connection', isOver);
    expect(heard()).toContain('HTTP/1.1 408 ');
    expect(heard()).toContain('text/plain');
  });
});

describe('what is no HTTP', () => {
  it('a TLS handshake on the port of http gets 400 in plain text, and one line in the log', async () => {
    const hello = '\u0016\u0003\u0001\u0000\u00c4\u0001\u0000\u0000\u00c0\u0003\u0003';
    const tries = Array.from({ length: 3 }, () => stall(world.service.sspUrl, hello));
    await until('the end of the connections', () => tries.every(({ isOver }) => isOver()));
    for (const { heard } of tries) {
      expect(heard()).toMatch(/^HTTP\/1\.1 400 /u);
      expect(heard()).toContain('text/plain');
    }
    const said = world.service.log.filter((line) => line.includes('tls_on_plain_port'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('SAP2_SSP_TLS_CERTIFICATE_FILE');
  });
});

describe('refusals that anybody can cause', () => {
  it('leave one line a minute: an unknown SSP session, an unknown primitive of a peer', async () => {
    const stranger = world.sap1();
    stranger.sessionID = 'not-a-session-of-anybody@operator.example';
    for (let i = 0; i < 3; i++) {
      const { status } = await stranger.post(stranger.message([[`t-${i}`, '<KeepAliveRequest/>']]));
      expect(status).toBe(403);
    }
    for (let i = 0; i < 3; i++) expect((await world.operator.ask('<DanceRequest/>')).code).toBe(405);
    const lines = (name: string): readonly string[] =>
      world.service.log.filter((line) => line.includes(`"${name}"`));
    expect(lines('ssp_session_unknown')).toHaveLength(1);
    expect(lines('ssp_session_unknown')[0]).not.toContain('not-a-session');
    expect(lines('ssp_primitive_unknown')).toHaveLength(1);
    expect(lines('ssp_primitive_unknown')[0]).toContain('wv:@operator.example');
  });
});
