import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

export interface ConnectionBounds {
  /** Connections of one source address that have not proved themselves. */
  readonly perAddress: number;
  /** The same of all addresses. */
  readonly inAll: number;
}

interface Connection {
  readonly name: string;
  readonly address: string;
  readonly socket: Socket;
}

/** A connection by both ends of it: TLS puts another socket around the one that was accepted. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/**
 * Bounds the connections of senders who have not proved who they are (docs/adr/0019). One more is always let in; the
 * oldest of the most crowded address goes, so a peer gets through while strangers hold all they can. A connection that
 * carried a message of a peer is bounded no more.
 */
export class ConnectionLimits {
  /** Of each address, the oldest first. */
  private readonly unproven = new Map<string, Map<string, Connection>>();
  private readonly proven = new Set<string>();
  private count = 0;
  /** Connections that had to go. */
  closed = 0;

  constructor(private readonly bounds: ConnectionBounds) {}

  /** Follows the connections of a listener. */
  watch(server: HttpServer | HttpsServer): void {
    server.on('connection', (socket: Socket) => this.take(socket));
  }

  /** A message of a peer came over it. */
  prove(socket: Socket): void {
    const name = nameOf(socket);
    if (socket.destroyed || this.proven.has(name)) return;
    this.proven.add(name);
    socket.once('close', () => this.proven.delete(name));
    this.forget(socket.remoteAddress ?? '', name);
  }

  isProven(socket: Socket): boolean {
    return this.proven.has(nameOf(socket));
  }

  private take(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const name = nameOf(socket);
    const own = this.unproven.get(address) ?? new Map<string, Connection>();
    this.unproven.set(address, own);
    // A socket that was reset before it was accepted has no address any more, so two of them share a name.
    if (!own.has(name)) this.count += 1;
    own.set(name, { name, address, socket });
    socket.once('close', () => this.forget(address, name));
    if (own.size > this.bounds.perAddress) this.closeOldest(own);
    else if (this.count > this.bounds.inAll) this.closeOldest(this.mostCrowded());
  }

  private closeOldest(of: ReadonlyMap<string, Connection>): void {
    const oldest = of.values().next().value;
    if (oldest === undefined) return;
    this.closed += 1;
    this.forget(oldest.address, oldest.name);
    oldest.socket.destroy();
  }

  private mostCrowded(): ReadonlyMap<string, Connection> {
    let most: ReadonlyMap<string, Connection> = new Map();
    for (const own of this.unproven.values()) if (own.size > most.size) most = own;
    return most;
  }

  private forget(address: string, name: string): void {
    const own = this.unproven.get(address);
    if (own?.delete(name) !== true) return;
    this.count -= 1;
    if (own.size === 0) this.unproven.delete(address);
  }
}
