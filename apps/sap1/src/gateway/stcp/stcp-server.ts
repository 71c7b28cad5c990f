import { createServer, type Server, type Socket } from 'node:net';
import { plainAddress } from '../front/trusted-networks.js';
import type { OpenListener } from '../listener-options.js';
import type { CspSession } from '../sessions/csp-session.js';
import type { SessionBook } from '../sessions/session-book.js';
import type { GatewaySettings } from '../config/gateway-settings.js';

/** `HELO`, a blank and the longest session id fit in. */
const LONGEST_LINE = 128;
/** A connection that has not named its session by then is closed. */
const NAMELESS_MS = 30_000;
const MS_PER_S = 1000;

/**
 * STCP: a TCP connection over which the gateway wakes a handset. The handset sends `HELO <SessionID>` and `PING`, and
 * gets `OK`. The gateway sends `WVCI <version> <SessionCookie>` when something waits.
 */
export class StcpServer {
  readonly #server: Server;
  /** The latest connection of each session. */
  readonly #ofSession = new Map<string, Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #open = new Set<Socket>();

  constructor(
    private readonly settings: NonNullable<GatewaySettings['stcp']>,
    private readonly book: SessionBook,
  ) {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get connections(): number {
    return this.#ofSession.size;
  }

  async open(): Promise<OpenListener> {
    const { bind, port } = this.settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, bind, resolve);
    });
    const address = this.#server.address();
    const given = typeof address === 'object' && address !== null ? address.port : port;
    return { port: given, close: () => this.#close() };
  }

  /** Something waits for this handset. */
  wake({ id, version, cookie = '' }: CspSession): void {
    this.#ofSession.get(id)?.write(`WVCI ${version} ${cookie}\r\n`);
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    const open = (this.#perAddress.get(address) ?? 0) + 1;
    if (open > this.settings.connectionsPerAddress) {
      socket.destroy();
      return;
    }
    this.#perAddress.set(address, open);
    this.#open.add(socket);
    let sessionID: string | undefined;
    let line = '';
    socket.setEncoding('latin1').setTimeout(NAMELESS_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#open.delete(socket);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
      if (sessionID !== undefined && this.#ofSession.get(sessionID) === socket) {
        this.#ofSession.delete(sessionID);
      }
    });
    socket.on('data', (chunk: string) => {
      const lines = (line + chunk).split(/\r?\n/);
      line = lines.pop() ?? '';
      for (const whole of lines) sessionID = this.#read(socket, whole, sessionID);
      if (line.length > LONGEST_LINE) socket.destroy();
    });
  }

  /** @returns the session that this connection is for */
  #read(socket: Socket, line: string, sessionID: string | undefined): string | undefined {
    if (socket.destroyed || line.length > LONGEST_LINE) {
      socket.destroy();
      return sessionID;
    }
    const isPing = sessionID !== undefined && /^PING *$/i.test(line);
    const named = isPing ? sessionID : /^HELO +([^ ]+) *$/i.exec(line)?.[1];
    const session = named === undefined ? undefined : this.book.find(named);
    if (session === undefined || isOver(session)) {
      socket.destroy();
      return sessionID;
    }
    if (isPing) socket.write('OK\r\n');
    else this.#greet(socket, session);
    return session.id;
  }

  #greet(socket: Socket, session: CspSession): void {
    const old = this.#ofSession.get(session.id);
    this.#ofSession.set(session.id, socket);
    if (old !== undefined && old !== socket) old.destroy();
    socket.setTimeout(this.settings.idleS * MS_PER_S);
    socket.write('OK\r\n');
    if (session.isDisconnectWaiting) this.wake(session);
  }
}

/** It has ended, and its handset knows. */
const isOver = ({ end, isDisconnectWaiting }: CspSession): boolean =>
  end !== undefined && !isDisconnectWaiting;
