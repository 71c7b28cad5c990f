import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedEvent {
  readonly id: string;
  readonly position: string;
  readonly type: string;
  readonly user?: string;
  readonly session?: string;
  readonly domain?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ReceivedMessage {
  readonly webhookID: string;
  readonly timestampS: number;
  readonly signatures: readonly string[];
  readonly contentType: string | undefined;
  readonly path: string | undefined;
  readonly body: Buffer;
  /** HTTP status that it was answered with. */
  readonly status: number;
}

const NO_STATUS = 999;

/** A receiver of webhooks as its company would write it, from the page of Standard Webhooks alone. */
export class WebhookReceiver {
  readonly messages: ReceivedMessage[] = [];
  /** The status of its answers; a function answers by itself, or never. */
  answer: number | ((response: ServerResponse) => void) = 204;
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** On the port of its first start. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.serve(request, response));
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    ({ port: this.port } = server.address() as AddressInfo);
    this.server = server;
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Of acknowledged messages, in the order of their arrival. */
  get events(): readonly ReceivedEvent[] {
    return this.messages.filter(({ status }) => status < 300).flatMap(eventsOf);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const header = (name: string): string => String(request.headers[name]);
    const message = {
      webhookID: header('webhook-id'),
      timestampS: Number(header('webhook-timestamp')),
      signatures: header('webhook-signature').split(' '),
      contentType: request.headers['content-type'],
      path: request.url,
      body: await buffer(request),
      status: 0,
    };
    const { answer } = this;
    this.messages.push({ ...message, status: typeof answer === 'number' ? answer : NO_STATUS });
    if (typeof answer === 'number')
      response.writeHead(answer, { location: `http://127.0.0.1:${this.port}/elsewhere` }).end();
    else answer(response);
  }
}

export function eventsOf({ body }: Pick<ReceivedMessage, 'body'>): readonly ReceivedEvent[] {
  const content = JSON.parse(body.toString('utf8')) as ReceivedEvent | { items: ReceivedEvent[] };
  return 'items' in content ? content.items : [content];
}

/** Which signatures of a message are of this secret. */
export function provenBy(secret: string, message: ReceivedMessage): readonly boolean[] {
  if (!secret.startsWith('whsec_')) throw new Error('not a secret of Standard Webhooks');
  const key = Buffer.from(secret.slice(6), 'base64');
  const content = `${message.webhookID}.${message.timestampS}.${message.body.toString('utf8')}`;
  const right = Buffer.from(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  return message.signatures
    .map((text) => Buffer.from(text))
    .map((given) => given.length === right.length && timingSafeEqual(given, right));
}
