import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** An address behind which the server can change, as a virtual address or a DNS name does at a fail-over. */
export class MovingAddress {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private port: number) {
    this.server = createServer((client) => {
      const server = connect(this.port, '127.0.0.1');
      for (const socket of [client, server]) {
        this.sockets.add(socket);
        // Whatever ends one side ends the other.
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      client.pipe(server).pipe(client);
    });
  }

  static async before(port: number): Promise<MovingAddress> {
    const address = new MovingAddress(port);
    await new Promise<void>((resolve) => address.server.listen(0, '127.0.0.1', resolve));
    return address;
  }

  get ownPort(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** For new connections; the ones that there are stay where they are. */
  moveTo(port: number): void {
    this.port = port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
