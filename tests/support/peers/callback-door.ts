import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpAnswer, type RawTls, readAll } from './raw-http.js';
import { RawSap1 } from './raw-sap1.js';

/**
 * The registered URL of a peer in callback mode. It receives the POSTs of SAP 2 in order, and acknowledges each
 * with an empty 200 as existing peers do.
 */
export class CallbackDoor {
  private readonly arrived: HttpAnswer[] = [];
  private readonly waiting: ((message: HttpAnswer) => void)[] = [];
  /** So many messages are cut off without an answer first. */
  cutOff = 0;
  /** Messages that came whole. */
  heard = 0;
  private readonly server = createServer((request, response) => {
    if (this.cutOff > 0) {
      this.cutOff--;
      request.socket.destroy();
      return;
    }
    void this.take(request).then(() => response.end());
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** The next message that was not read yet. */
  next(): Promise<HttpAnswer> {
    const message = this.arrived.shift();
    return message === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(message);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(request: IncomingMessage): Promise<void> {
    const message = { status: 200, headers: request.headers, body: await readAll(request) };
    this.heard += 1;
    const taker = this.waiting.shift();
    if (taker === undefined) this.arrived.push(message);
    else taker(message);
  }
}

/**
 * A raw SAP 1 in callback mode: its HTTP answers are receipts, and the SSP answers arrive at its listener.
 */
export class CallbackSap1 extends RawSap1 {
  constructor(
    url: string,
    peer: RawSap1['peer'],
    private readonly door: CallbackDoor,
    tls?: RawTls,
  ) {
    super(url, peer, [], undefined, tls);
  }

  override readonly post = async (body: string | Buffer): Promise<HttpAnswer> => {
    const receipt = await this.request({
      headers: {
        'Content-Type': 'application/vnd.wv.ssp+xml',
        'Content-Length': String(Buffer.byteLength(body)),
      },
      chunks: [body],
    });
    if (receipt.status !== 202 || receipt.body !== '') return receipt;
    return this.door.next();
  };
}
