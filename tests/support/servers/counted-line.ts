import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP line to a store that counts round trips. One begins when a client sends after the store was the last to speak.
 */
export class CountedLine {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private trips = 0;

  private constructor(private readonly target: URL) {
    this.server = createServer({ noDelay: true }, (client) => this.join(client));
  }

  static async to(url: string): Promise<CountedLine> {
    const line = new CountedLine(new URL(url));
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  /** The address of the store, by way of this line. */
  get url(): string {
    const address = this.server.address();
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
    return url.href;
  }

  /** Round trips since the last call, over all connections. */
  takeCount(): number {
    const { trips } = this;
    this.trips = 0;
    return trips;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const store = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
    let isClientsTurn = true;
    client.on('data', (bytes) => {
      if (isClientsTurn) this.trips += 1;
      isClientsTurn = false;
      store.write(bytes);
    });
    store.on('data', (bytes) => {
      isClientsTurn = true;
      client.write(bytes);
    });
    for (const [from, to] of [
      [client, store],
      [store, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
