import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { ConnectionLimits, type ExceededBound } from './connection-limits.js';

/** Connections that are opened and dropped before the server could accept them. */
const RESETS = 8;
const resetAll = (port: number): string => `
  const { connect } = require('node:net');
  for (let i = 0; i < ${RESETS}; i++) {
    const socket = connect(${port}, '127.0.0.1', () => socket.resetAndDestroy());
  }`;

describe('the connections of a port', () => {
  let server: Server;
  let limits: ConnectionLimits;
  let refused: ExceededBound[];
  const sockets: Client[] = [];

  /** Its requests name the peer that they are from. */
  class Client {
    heard = '';
    isOver = false;
    private constructor(readonly socket: Socket) {
      sockets.push(this);
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => (this.heard += chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => (this.isOver = true));
    }

    static async connect(localAddress = '127.0.0.1'): Promise<Client> {
      const { port } = server.address() as AddressInfo;
      const accepted = once(server, 'connection');
      const client = new Client(connect({ port, host: '127.0.0.1', localAddress }));
      await accepted;
      return client;
    }

    async prove(peer: string): Promise<this> {
      const before = this.heard.length;
      this.socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Peer: ${peer}\r\n\r\n`);
      await until('an answer', () => this.heard.length > before);
      return this;
    }

    over(): Promise<unknown> {
      return until('the end of a connection', () => this.isOver);
    }
  }

  beforeEach(async () => {
    refused = [];
    limits = new ConnectionLimits({ perAddress: 3, ofStrangers: 5, inAll: 8 }, (bound) =>
      refused.push(bound),
    );
    server = createServer((request, answer) => {
      limits.prove(request.socket, String(request.headers['x-peer']));
      answer.end('here');
    });
    limits.watch(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.destroy();
    server.close();
    await until('the end of all connections', () => limits.ofStrangers + limits.ofPeers === 0);
  });

  it('of one address are bounded: the oldest is answered with 503 and a time to come again', async () => {
    const clients = [];
    for (let i = 0; i < 4; i++) clients.push(await Client.connect());
    const [oldest, ...others] = clients;
    await oldest?.over();
    expect(oldest?.heard).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n.*later\.\n$/su);
    expect(others.map(({ isOver }) => isOver)).toEqual([false, false, false]);
    expect(refused).toEqual(['address']);
    expect(limits.ofStrangers).toBe(3);
  });

  it('of strangers are bounded: the oldest of the most crowded address goes', async () => {
    const first = await Client.connect('127.0.0.2');
    const crowd = [];
    for (let i = 0; i < 3; i++) crowd.push(await Client.connect('127.0.0.3'));
    for (let i = 4; i < 6; i++) await Client.connect(`127.0.0.${i}`);
    await crowd[0]?.over();
    expect(first.isOver).toBe(false);
    expect(refused).toEqual(['strangers']);
  });

  it('of peers are bounded by that of all: the least recently used one of the peer with most goes', async () => {
    const crowd = [];
    for (let i = 0; i < 5; i++) crowd.push(await (await Client.connect()).prove('crowded'));
    const quiet = [];
    for (let i = 0; i < 3; i++) quiet.push(await (await Client.connect()).prove('quiet'));
    expect(limits.ofPeers).toBe(8);
    await crowd[0]?.prove('crowded');
    const newcomer = await Client.connect();
    await crowd[1]?.over();
    // It was answered before, and an answer that it did not ask for would only confuse it.
    expect(crowd[1]?.heard).not.toContain('503');
    expect([...quiet, newcomer, crowd[0]].filter((client) => client?.isOver)).toEqual([]);
    expect(refused).toEqual(['all']);
    expect([limits.ofPeers, limits.ofStrangers]).toEqual([7, 1]);
  });

  it('beyond that of all cost a stranger its connection before a peer', async () => {
    const peers = [];
    for (let i = 0; i < 6; i++) peers.push(await (await Client.connect()).prove('peer'));
    const stranger = await Client.connect('127.0.0.2');
    await Client.connect('127.0.0.3');
    await Client.connect('127.0.0.4');
    await stranger.over();
    expect(peers.filter(({ isOver }) => isOver)).toEqual([]);
  });

  it('that were reset before they were accepted are forgotten as all others', async () => {
    const { port } = server.address() as AddressInfo;
    let [accepted, closed] = [0, 0];
    server.on('connection', (socket: Socket) => {
      accepted += 1;
      socket.on('close', () => (closed += 1));
    });
    // This process accepts nothing while it waits for the other one.
    spawnSync(process.execPath, ['-e', resetAll(port)]);
    await until('all that the kernel has taken', () => accepted > 0 && closed === accepted);
    expect(limits.ofStrangers).toBe(0);
    for (let i = 0; i < 3; i++) await Client.connect();
    expect(limits.ofStrangers).toBe(3);
  });
});
