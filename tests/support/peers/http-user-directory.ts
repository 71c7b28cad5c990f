import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const DIRECTORY_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const LONGEST_AGE_S = 300;

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A directory as a provider would write it from docs/directories.md: it checks the signature, then the password. */
export class HttpUserDirectory {
  /** What came, in order. */
  readonly asked: { readonly user: string; readonly userID: string; readonly path: string | undefined }[] =
    [];
  /** Answers by itself instead; undefined: as a directory does. */
  behaviour: Behaviour | undefined;
  private readonly passwords = new Map<string, string>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      response.on('error', () => undefined);
      if (this.behaviour === undefined) void this.serve(request, response);
      else void text(request).then(() => this.behaviour?.(request, response));
    });
    this.server.on('error', () => undefined);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/check`;
  }

  set(user: string, password: string): void {
    this.passwords.set(user, password);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (!isSigned(request, body)) return void response.writeHead(401).end();
    const { user, userID, password } = JSON.parse(body) as { user: string; userID: string; password: string };
    this.asked.push({ user, userID, path: request.url });
    const known = this.passwords.get(user);
    const result = known === undefined ? 'unknown-user' : known === password ? 'right' : 'wrong';
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ result }));
  }
}

function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const header = (name: string): string => String(headers[name]);
  const timestampS = Number(header('webhook-timestamp'));
  if (!(Math.abs(Date.now() / 1000 - timestampS) < LONGEST_AGE_S)) return false;
  const key = Buffer.from(DIRECTORY_SECRET.slice('whsec_'.length), 'base64');
  const right = createHmac('sha256', key)
    .update(`${header('webhook-id')}.${timestampS}.${body}`)
    .digest();
  return header('webhook-signature')
    .split(' ')
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some((given) => given.length === right.length && timingSafeEqual(given, right));
}
