import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

export interface RawPeer {
  readonly serviceID: string;
  readonly secret: string;
  /** By which SAP 2 proves itself, where that is another one. */
  readonly theirSecret?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent one by one without a Content-Length. */
  readonly chunks?: readonly (string | Buffer)[];
}

/** What a client trusts and shows in TLS. */
export type RawTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'minVersion' | 'maxVersion' | 'ciphers'>;

/** One client's connections to one service, and all that passed over them. */
export class RawHttp {
  private readonly agent: Agent;
  /** All that were ever used. */
  readonly connections = new Set<Socket>();

  /**
   * @param traffic gets each body sent and received
   * @param tls only for https
   */
  constructor(
    readonly url: string,
    private readonly traffic: string[],
    tls?: RawTls,
  ) {
    this.agent = url.startsWith('https:')
      ? new TlsAgent({ keepAlive: true, ...tls })
      : new Agent({ keepAlive: true });
  }

  post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const usual = {
      'Content-Type': 'application/vnd.wv.ssp+xml',
      'Content-Length': String(Buffer.byteLength(body)),
    };
    return this.request({ method: 'POST', headers: { ...usual, ...headers }, chunks: [body] });
  }

  request({ method = 'POST', headers = {}, chunks = [] }: HttpRequest, path?: string): Promise<HttpAnswer> {
    this.traffic.push(...chunks.map(String));
    const url = path === undefined ? this.url : new URL(path, this.url).href;
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = send(url, { method, agent: this.agent, headers: { ...headers } }, (answer) => {
        readAll(answer).then((body) => {
          this.traffic.push(body);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
        }, reject);
      });
      sent.on('socket', (socket) => this.connections.add(socket));
      sent.on('error', reject);
      for (const chunk of chunks) sent.write(chunk);
      sent.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

export async function readAll(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
