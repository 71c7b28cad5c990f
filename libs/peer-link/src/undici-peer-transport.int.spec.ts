import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { PeerNetworks } from './peer-networks.js';
import { DEFAULT_TRANSPORT_LIMITS, UndiciPeerTransport } from './undici-peer-transport.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A peer on a real socket that behaves as the test says. */
class Peer {
  readonly requests: {
    method: string | undefined;
    url: string | undefined;
    headers: object;
    body: string;
  }[] = [];
  readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(behave: Behaviour) {
    this.server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const { method, url, headers } = request;
        this.requests.push({ method, url, headers, body: body.toString() });
        behave(request, response);
      });
    });
    this.server.on('connection', (socket) => this.sockets.add(socket));
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ssp`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const PLAIN = {};
const TRUSTING = { networks: new PeerNetworks(['loopback'], 'allowed-networks'), tls: () => PLAIN };
const BODY = Buffer.from('<WV-SSP-Message/>');

describe('a POST to a peer', () => {
  let transport: UndiciPeerTransport;
  let peers: Peer[] = [];
  beforeEach(() => {
    transport = new UndiciPeerTransport(TRUSTING);
  });
  afterEach(async () => {
    await transport.close();
    for (const peer of peers) await peer.stop();
    peers = [];
  });

  async function peerThat(behave: Behaviour): Promise<{ peer: Peer; url: string }> {
    const peer = new Peer(behave);
    peers.push(peer);
    return { peer, url: await peer.start() };
  }

  it('carries the message as it is, with the media type of SSP, and brings the answer back', async () => {
    const { peer, url } = await peerThat((_request, response) => response.end('<answer/>'));
    const outcome = await transport.post(url, BODY, 5_000);
    expect(outcome).toEqual({ kind: 'answer', httpStatus: 200, body: Buffer.from('<answer/>') });
    expect(peer.requests).toMatchObject([
      {
        method: 'POST',
        url: '/ssp',
        body: BODY.toString(),
        headers: {
          'content-type': 'application/vnd.wv.ssp+xml; charset=utf-8',
          'content-length': String(BODY.length),
        },
      },
    ]);
  });

  it('gives every HTTP status as an answer, and an empty body as empty', async () => {
    const { url } = await peerThat((_request, response) => response.writeHead(202).end());
    expect(await transport.post(url, BODY, 5_000)).toEqual({
      kind: 'answer',
      httpStatus: 202,
      body: Buffer.alloc(0),
    });
  });

  it('never follows a redirect', async () => {
    const target = await peerThat((_request, response) => response.end('<answer/>'));
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await peerThat((_request, response) =>
        response.writeHead(status, { Location: target.url }).end(),
      );
      expect(await transport.post(url, BODY, 5_000)).toMatchObject({ kind: 'answer', httpStatus: status });
    }
    expect(target.peer.requests).toEqual([]);
  });

  it('uses a connection again, and no more of them than it may at once', async () => {
    const narrow = new UndiciPeerTransport(TRUSTING, { ...DEFAULT_TRANSPORT_LIMITS, connectionsPerPeer: 2 });
    const { peer, url } = await peerThat((_request, response) => setTimeout(() => response.end('ok'), 10));
    await Promise.all(Array.from({ length: 6 }, () => narrow.post(url, BODY, 5_000)));
    await narrow.post(url, BODY, 5_000);
    expect(peer.requests).toHaveLength(7);
    expect(peer.sockets.size).toBe(2);
    await narrow.close();
  });

  describe('fails within its deadline', () => {
    const DEADLINE_MS = 150;
    const late = { kind: 'failure', detail: `no answer within ${DEADLINE_MS} ms` };

    it('when the peer accepts and never answers', async () => {
      const { url } = await peerThat(() => undefined);
      expect(await transport.post(url, BODY, DEADLINE_MS)).toEqual(late);
    });

    it('when the answer drips, a byte at a time', async () => {
      const { url } = await peerThat((_request, response) => {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
      });
      expect(await transport.post(url, BODY, DEADLINE_MS)).toEqual(late);
    });

    it('when it waits in line behind others', async () => {
      await transport.close();
      transport = new UndiciPeerTransport(TRUSTING, { ...DEFAULT_TRANSPORT_LIMITS, connectionsPerPeer: 1 });
      const { url } = await peerThat(() => undefined);
      const first = transport.post(url, BODY, 60_000);
      expect(await transport.post(url, BODY, DEADLINE_MS)).toEqual(late);
      await transport.close();
      expect(await first).toMatchObject({ kind: 'failure' });
    });
  });

  it('fails when the peer is not there', async () => {
    const { peer, url } = await peerThat(() => undefined);
    await peer.stop();
    peers = [];
    const outcome = await transport.post(url, BODY, 5_000);
    expect(outcome).toMatchObject({ kind: 'failure', detail: expect.stringContaining('ECONNREFUSED') });
  });

  it('fails when the peer closes or resets the connection without an answer', async () => {
    for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
      const { url } = await peerThat((request) => end(request.socket));
      expect(await transport.post(url, BODY, 5_000)).toMatchObject({ kind: 'failure' });
    }
  });

  it('fails when the answer breaks off', async () => {
    const { url } = await peerThat((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('only this much', () => request.socket.destroy());
    });
    expect(await transport.post(url, BODY, 5_000)).toMatchObject({ kind: 'failure' });
  });

  it('fails when the peer does not speak HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await transport.post(`http://127.0.0.1:${port}/`, BODY, 5_000)).toMatchObject({ kind: 'failure' });
    server.close();
  });

  it('stops reading beyond 1 MiB, whether the length is declared or not', async () => {
    const limit = DEFAULT_TRANSPORT_LIMITS.maxAnswerBytes;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    const endless = await peerThat((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += chunk.length;
        response.write(chunk, more);
      };
      more();
    });
    const tooLong = { kind: 'failure', detail: `the answer is longer than ${limit} bytes` };
    expect(await transport.post(endless.url, BODY, 10_000)).toEqual(tooLong);
    expect(sent).toBeLessThan(limit * 16);

    const exact = await peerThat((request, response) =>
      response.end(Buffer.alloc(request.url === '/ssp' ? limit : limit + 1, 'x')),
    );
    expect(await transport.post(exact.url, BODY, 10_000)).toMatchObject({ kind: 'answer' });
    expect(await transport.post(`${exact.url}/more`, BODY, 10_000)).toEqual(tooLong);
  });

  it('fails for what is no URL of a peer', async () => {
    for (const url of ['', 'not a url', 'ftp://peer.example/']) {
      expect(await transport.post(url, BODY, 5_000)).toMatchObject({ kind: 'failure' });
    }
  });

  it('fails at once when the transport is closed, under way or not yet begun', async () => {
    const { peer, url } = await peerThat(() => undefined);
    const underWay = transport.post(url, BODY, 30_000);
    while (peer.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await transport.close();
    expect(await underWay).toMatchObject({ kind: 'failure' });
    expect(await transport.post(url, BODY, 30_000)).toMatchObject({ kind: 'failure' });
  });
});
