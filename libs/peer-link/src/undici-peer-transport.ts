import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { peerConnector, type PeerTls } from './peer-connector.js';
import type { PeerNetworks } from './peer-networks.js';
import type { PeerTransport, TransportOutcome } from './ports/peer-transport.port.js';

export interface TransportLimits {
  /** Connections to one peer at once; more requests wait in line, within their deadlines. */
  readonly connectionsPerPeer: number;
  /**
   * SAP 2 gives up a host that accepts no connection within this time. So it delays other peers less than a whole
   * deadline.
   */
  readonly connectTimeoutMs: number;
  /** Longest answer; reading stops there. */
  readonly maxAnswerBytes: number;
  /** Only the status of an answer counts: a longer or slower body changes nothing. */
  readonly readsStatusOnly?: boolean;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  connectionsPerPeer: 8,
  connectTimeoutMs: 5_000,
  /** ssp-binding §2: what we would take from a peer ourselves. */
  maxAnswerBytes: 1024 * 1024,
};

/** Whom the transport may call, and as whom. */
export interface TransportTrust {
  readonly networks: PeerNetworks;
  /** Asked for each request; another object: connections that were made with the one before are not used again. */
  readonly tls: () => PeerTls;
  /** Of what is sent; SSP, if it does not say. */
  readonly contentType?: string;
  /** Of the system, if it does not say. */
  readonly lookup?: LookupFunction;
}

const SSP_CONTENT_TYPE = 'application/vnd.wv.ssp+xml; charset=utf-8';

/** HTTP/1.1 over connections that are kept, to addresses that may be called. A redirect is an answer like any other: what it points to is never called. */
export class UndiciPeerTransport implements PeerTransport {
  private current: { readonly tls: PeerTls; readonly agent: Agent } | undefined;
  private isClosed = false;

  constructor(
    private readonly trust: TransportTrust,
    private readonly limits: TransportLimits = DEFAULT_TRANSPORT_LIMITS,
  ) {}

  /** `deadlineMs` counts from now to the last byte of the answer, waiting for a connection included. */
  async post(
    url: string,
    body: Uint8Array,
    deadlineMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TransportOutcome> {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // undici notices the end of a request that waits for a connection only when its turn comes, hence the race.
    const late = new Promise<TransportOutcome>((resolve) => {
      timer = setTimeout(() => {
        abort.abort();
        resolve({ kind: 'failure', detail: `no answer within ${deadlineMs} ms` });
      }, deadlineMs);
    });
    try {
      return await Promise.race([late, this.exchange(url, body, headers, abort.signal)]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Cuts off what is under way: it fails at once. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.current?.agent.destroy();
  }

  private agent(): Agent {
    if (this.isClosed) throw new Error('the transport is closed');
    const tls = this.trust.tls();
    if (this.current?.tls === tls) return this.current.agent;
    // What is under way on the old connections is finished, and then they are closed.
    void this.current?.agent.close();
    const { connectionsPerPeer, connectTimeoutMs } = this.limits;
    const agent = new Agent({
      connections: connectionsPerPeer,
      connect: peerConnector({ lookup, ...this.trust, tls, timeoutMs: connectTimeoutMs }),
      // The one deadline of a request rules; two more would only make it harder to say which one was met.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.current = { tls, agent };
    return agent;
  }

  private async exchange(
    url: string,
    body: Uint8Array,
    more: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<TransportOutcome> {
    try {
      const dispatcher = this.agent();
      const headers = { 'content-type': this.trust.contentType ?? SSP_CONTENT_TYPE, ...more };
      return await this.read(await request(url, { method: 'POST', headers, body, signal, dispatcher }));
    } catch (error) {
      // Whatever goes wrong between here and a peer is an outcome; there is no other way to fail in here.
      return { kind: 'failure', detail: wordsOf(error) };
    }
  }

  private async read({ statusCode, body }: Dispatcher.ResponseData): Promise<TransportOutcome> {
    if (this.limits.readsStatusOnly === true) {
      this.drain(body);
      return { kind: 'answer', httpStatus: statusCode, body: Buffer.alloc(0) };
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > this.limits.maxAnswerBytes) {
        return { kind: 'failure', detail: `the answer is longer than ${this.limits.maxAnswerBytes} bytes` };
      }
      chunks.push(chunk);
    }
    return { kind: 'answer', httpStatus: statusCode, body: Buffer.concat(chunks) };
  }

  /** A short body leaves the connection for the next message; any other one ends it. */
  private drain(body: Dispatcher.ResponseData['body']): void {
    // The body reports the end of its connection here, whether or not it is being read.
    body.on('error', () => undefined);
    const signal = AbortSignal.timeout(DRAIN_MS);
    body.dump({ limit: this.limits.maxAnswerBytes, signal }).catch(() => body.destroy());
  }
}

/** For a body of which nothing is used. */
const DRAIN_MS = 2_000;

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${error.message}` : error.message;
}
