import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

const READY_FOR_QUERY = 'Z'.charCodeAt(0);
/** A type of one byte, then a length of four that counts itself. */
const HEAD_BYTES = 5;

/** ErrorResponse of PostgreSQL's protocol, as `pg_terminate_backend` has it sent. */
const FATAL = errorResponse(
  'SFATAL',
  'VFATAL',
  'C57P01',
  'Mterminating connection due to administrator command',
);
function errorResponse(...fields: readonly string[]): Buffer {
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('E');
  head.writeInt32BE(body.length + HEAD_BYTES - 1, 1);
  return Buffer.concat([head, body]);
}

/**
 * A TCP line to PostgreSQL that can end connections in the worst moment. It holds back the first ReadyForQuery of a
 * new connection. It then sends it in one chunk with the FATAL that ends the connection. It works only without TLS.
 */
export class EndingLine {
  /** Connections that it ended in that way. */
  ended = 0;
  private isEnding = false;
  private readonly ends = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((near) => this.join(near));
  }

  static async to(databaseUrl: string): Promise<EndingLine> {
    const line = new EndingLine(new URL(databaseUrl));
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  /** The database, by this line. */
  get url(): string {
    const address = this.server.address();
    const url = new URL(this.target);
    url.port = String(typeof address === 'object' ? address?.port : address);
    return url.href;
  }

  /** Closes what is open, and ends whatever is opened as soon as it is ready. */
  endAll(): void {
    this.isEnding = true;
    for (const end of this.ends) end.destroy();
  }

  behave(): void {
    this.isEnding = false;
  }

  async close(): Promise<void> {
    for (const end of this.ends) end.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
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
    }
    near.on('data', (data) => far.write(data));
    const untilReady = this.untilReady(near);
    far.on('data', (data) => untilReady(data));
  }

  /** Takes what the server says, and passes it on message by message. */
  private untilReady(near: Socket): (data: Buffer) => void {
    let held: Buffer = Buffer.alloc(0);
    let wasReady = false;
    return (data) => {
      held = Buffer.concat([held, data]);
      while (held.length >= HEAD_BYTES) {
        const end = held.readInt32BE(1) + 1;
        if (held.length < end) return;
        const message = held.subarray(0, end);
        const isReady = message[0] === READY_FOR_QUERY && !wasReady;
        wasReady ||= isReady;
        held = held.subarray(end);
        if (isReady && this.isEnding) {
          this.ended += 1;
          near.end(Buffer.concat([message, FATAL]));
          return;
        }
        near.write(message);
      }
    };
  }
}
