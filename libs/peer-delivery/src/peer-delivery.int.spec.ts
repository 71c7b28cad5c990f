import { afterEach, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_SET_UP_LIMITS,
  DEFAULT_TRANSPORT_LIMITS,
  PeerNetworks,
  SetUpInitiator,
  UndiciPeerTransport,
} from '@sap2/peer-link';
import { parseServiceID, type ServiceID } from '@sap2/session-core';
import {
  anAgreement,
  FakeAgreements,
  FakeDisconnectOutbox,
  FakeSap1,
  FakeSspSessions,
  OPERATOR,
  SeededRandomness,
  DELIVERY_LIMITS,
} from '@sap2/test-support';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeliverDisconnects } from './deliver-disconnects.js';
import { DeliveryQueues, type Pause } from './delivery-queues.js';
import { QUEUE_LIMITS } from './queues-under-test.fixture.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse, sap1: FakeSap1) => Promise<void> | void;

/** A SAP 1 on a real port, which behaves as the test says. */
class RealSap1 {
  readonly sap1 = new FakeSap1();
  messages = 0;
  private server: Server | undefined;

  constructor(public behave: Behaviour = properly) {}

  async start(port = 0): Promise<string> {
    this.server = createServer((request, response) => {
      this.messages += 1;
      void this.behave(request, response, this.sap1);
    });
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.port()}/`;
  }

  port(): number {
    const address = this.server?.address();
    if (typeof address !== 'object' || address === null) throw new Error('not listening');
    return address.port;
  }

  async stop(): Promise<void> {
    if (this.server === undefined) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    this.server = undefined;
  }
}

const properly: Behaviour = async (request, response, sap1) => {
  const outcome = await sap1.answer(await text(request));
  if (outcome.kind === 'answer') response.writeHead(outcome.httpStatus).end(outcome.body);
};
const never: Behaviour = () => undefined;
const dripping: Behaviour = (_request, response) => {
  const drip = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(drip));
};

const pause: Pause = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};

const PLAIN = {};
const TRUSTING = { networks: new PeerNetworks(['loopback'], 'allowed-networks'), tls: () => PLAIN };

/** SAP 2's delivery on real time and real sockets; the stores are in memory. */
class Sap2 {
  readonly clock = { nowMs: () => Date.now() };
  readonly outbox = new FakeDisconnectOutbox(this.clock, new SeededRandomness(5));
  readonly agreements = new FakeAgreements();
  readonly sspSessions = new FakeSspSessions(this.clock);
  readonly failures: unknown[] = [];
  private readonly transport = new UndiciPeerTransport(TRUSTING, {
    ...DEFAULT_TRANSPORT_LIMITS,
    connectTimeoutMs: 500,
  });
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  start(): void {
    const { outbox, agreements, sspSessions, transport } = this;
    const randomness = new SeededRandomness(9);
    const end = { repeat: async () => ({ notHandedOver: [] }) };
    const callbacks = { open: () => Promise.reject(new Error('nobody here is in callback mode')) };
    const needs = { sspSessions, transport, randomness };
    const initiator = new SetUpInitiator({ ...needs, callbacks, limits: DEFAULT_SET_UP_LIMITS });
    const deliver = new DeliverDisconnects({ ...needs, outbox, end, agreements, initiator }, DELIVERY_LIMITS);
    const report = { passed: () => undefined, failed: (error: unknown) => this.failures.push(error) };
    const queues = new DeliveryQueues(outbox, deliver, pause, report, QUEUE_LIMITS, {
      lookEveryMs: 50,
      gatherMs: 1,
      restMs: 50,
      failureRestMs: 50,
    });
    this.running = queues.run(this.stop.signal);
  }

  /** An agreement with the server at `url`. Each agreement is the same SAP 1. */
  befriend(name: string, url: string): ServiceID {
    const peer = parseServiceID(`wv:@${name}.example`);
    if (!peer.ok) throw new Error(peer.error);
    this.agreements.put(anAgreement({ peer: peer.value, callbackUrl: url }));
    return peer.value;
  }

  async allTold(): Promise<void> {
    for (let i = 0; i < 500 && (await this.outbox.backlog()).pending > 0; i++) await sleep(20);
    const { pending } = await this.outbox.backlog();
    if (pending > 0) throw new Error(`${pending} are still to be told`);
  }

  /** As the process does it: stop, a little patience, then the lines are cut. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.transport.close();
    await this.running;
  }
}

describe('delivery over real sockets', () => {
  let sap2 = new Sap2();
  let peers: RealSap1[] = [];
  afterEach(async () => {
    await sap2.end();
    for (const peer of peers) await peer.stop();
    sap2 = new Sap2();
    peers = [];
  });

  async function listening(behave?: Behaviour): Promise<{ peer: RealSap1; url: string }> {
    const peer = new RealSap1(behave);
    peers.push(peer);
    return { peer, url: await peer.start() };
  }

  it('tells a good peer at once while others hang, drip, or are not there', async () => {
    for (const [i, behave] of [never, dripping, never, dripping].entries()) {
      const { url } = await listening(behave);
      sap2.outbox.owe(sap2.befriend(`bad-${i}`, url), 'expired', undefined);
    }
    sap2.outbox.owe(sap2.befriend('gone', 'http://127.0.0.1:9/'), 'expired', undefined);
    const { peer, url } = await listening();
    sap2.agreements.put(anAgreement({ callbackUrl: url }));
    sap2.start();
    await sleep(100);
    sap2.outbox.owe(OPERATOR, 'administrator', undefined);
    while (sap2.outbox.outcomes().at(-1)?.outcome !== 'acknowledged') await sleep(5);
    expect(peer.sap1.transactionIDs()).toEqual(['d-6']);
    const others = sap2.outbox.outcomes().slice(0, -1);
    expect(others.every(({ outcome }) => outcome === 'pending')).toBe(true);
    // The peers that hang or answer slowly are still in progress, and no other peer waited for them.
    expect(others.slice(0, -1).map(({ error }) => error)).toEqual(Array(4).fill(undefined));
    expect(others.at(-1)?.error).toContain('ECONNREFUSED');
  });

  it('F7: a peer that was away gets everything after its return, once each', async () => {
    const { peer, url } = await listening();
    const port = peer.port();
    await peer.stop();
    sap2.agreements.put(anAgreement({ callbackUrl: url }));
    for (let i = 0; i < 1_200; i++) sap2.outbox.owe(OPERATOR, 'expired', undefined);
    sap2.start();
    await sleep(300);
    await peer.start(port);
    await sap2.allTold();
    const told = peer.sap1.transactionIDs();
    expect(new Set(told).size).toBe(1_200);
    expect(told).toHaveLength(1_200);
  });

  it('F1: what was sent and not settled is sent again with the same transactionID', async () => {
    const { peer, url } = await listening();
    sap2.agreements.put(anAgreement({ callbackUrl: url }));
    const settle = sap2.outbox.settle.bind(sap2.outbox);
    let crashes = 1;
    sap2.outbox.settle = async (settlements) => {
      if (settlements.some(({ result }) => result === 'acknowledged') && crashes-- > 0) {
        throw new Error('killed before the settle');
      }
      return settle(settlements);
    };
    sap2.outbox.owe(OPERATOR, 'expired', undefined);
    sap2.start();
    await sap2.allTold();
    expect(peer.sap1.transactionIDs()).toEqual(['d-1', 'd-1']);
    expect(sap2.failures).toHaveLength(1);
  });

  it('F8: has its way with a peer that answers late, wrongly, elsewhere or not at all, and then well', async () => {
    const sink = await listening();
    const bad: Behaviour[] = [
      (_request, response) => void response.writeHead(500).end('<h1>oops</h1>'),
      (_request, response) => void response.writeHead(200).end('<html><h1>Welcome to the hotel</h1></html>'),
      (_request, response) => void response.writeHead(307, { Location: sink.url }).end(),
      (request) => void request.socket.destroy(),
      (request) => void request.socket.resetAndDestroy(),
    ];
    const { peer, url } = await listening((...line) => (bad.shift() ?? properly)(...line));
    sap2.agreements.put(anAgreement({ callbackUrl: url }));
    for (let i = 0; i < 6; i++) {
      sap2.outbox.owe(OPERATOR, 'expired', undefined);
      if (i === 0) sap2.start();
      await sleep(120);
    }
    await sap2.allTold();
    expect(sink.peer.messages).toBe(0);
    expect(new Set(peer.sap1.transactionIDs()).size).toBe(6);
    expect(sap2.outbox.outcomes().every(({ outcome }) => outcome === 'acknowledged')).toBe(true);
  });

  it('ends within a moment when the lines are cut, and leaves nothing claimed', async () => {
    const { peer, url } = await listening(never);
    sap2.agreements.put(anAgreement({ callbackUrl: url }));
    sap2.outbox.owe(OPERATOR, 'expired', undefined);
    sap2.start();
    while (peer.messages === 0) await sleep(5);
    await sap2.end();
    expect(sap2.outbox.outcomes()).toMatchObject([{ outcome: 'pending', attempts: 1 }]);
    await sleep(1_100);
    expect(await sap2.outbox.peersWithDue(1)).toMatchObject([{ peer: OPERATOR }]);
  });
});
