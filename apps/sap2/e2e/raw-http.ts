import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';

export interface RawPeer {
  readonly serviceID: string;
  readonly secret: string;
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

/** One client's connections to one service, and all that passed over them. */
export class RawHttp {
  private readonly agent = new Agent({ keepAlive: true });

  /** @param traffic gets each body sent and received */
  constructor(
    private readonly url: string,
    private readonly traffic: string[],
  ) {}

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
    return new Promise((resolve, reject) => {
      const sent = httpRequest(url, { method, agent: this.agent, headers: { ...headers } }, (answer) => {
        readAll(answer).then((body) => {
          this.traffic.push(body);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
        }, reject);
      });
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
