import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A TCP line from one process to one store that can be cut. Then nothing passes, and neither side gets an error.
 */
export class CutLine {
  private readonly ends = new Set<Socket>();
  private isCut = false;
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer((near) => this.join(near));
  }

  static async to(port: number): Promise<CutLine> {
    const line = new CutLine(port);
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  cut(): void {
    this.isCut = true;
    for (const end of this.ends) end.pause();
  }

  mend(): void {
    this.isCut = false;
    // What waited in the dark belongs to callers that have given up.
    for (const end of this.ends) end.destroy();
  }

  async close(): Promise<void> {
    for (const end of this.ends) end.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.ends.delete(from);
        to.destroy();
      });
      from.on('data', (data) => to.write(data));
      if (this.isCut) from.pause();
    }
  }
}
