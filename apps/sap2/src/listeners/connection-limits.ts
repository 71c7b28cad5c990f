import type { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { plainAnswer } from './plain-answer.js';

export interface ConnectionBounds {
  /** Connections of one source address that have not proved themselves. */
  readonly perAddress: number;
  /** The same of all addresses. */
  readonly ofStrangers: number;
  /** Of all connections, proven ones too. */
  readonly inAll: number;
}

/** By which bound a connection had to go. */
export type ExceededBound = 'address' | 'strangers' | 'all';

interface Connection {
  readonly name: string;
  readonly socket: Socket;
  readonly isTls: boolean;
}

/** Connections by whom they belong to. */
class Crowd {
  private readonly groups = new Map<string, Map<string, Connection>>();
  size = 0;

  /** It is the latest one of its group now. */
  add(group: string, connection: Connection): void {
    const own = this.groups.get(group) ?? new Map<string, Connection>();
    this.groups.set(group, own);
    if (!own.delete(connection.name)) this.size += 1;
    own.set(connection.name, connection);
  }

  remove(group: string, name: string): Connection | undefined {
    const own = this.groups.get(group);
    const connection = own?.get(name);
    if (own === undefined || connection === undefined) return undefined;
    own.delete(name);
    this.size -= 1;
    if (own.size === 0) this.groups.delete(group);
    return connection;
  }

  sizeOf(group: string): number {
    return this.groups.get(group)?.size ?? 0;
  }

  /** Takes the earliest one of a group out. */
  takeFirstOf(group: string): Connection | undefined {
    const [name] = this.groups.get(group)?.keys() ?? [];
    return name === undefined ? undefined : this.remove(group, name);
  }

  get mostCrowded(): string {
    let [most, group] = [0, ''];
    for (const [name, { size }] of this.groups) if (size > most) [most, group] = [size, name];
    return group;
  }
}

/** A connection by both ends of it: TLS puts another socket around the one that was accepted. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
const addressOf = ({ remoteAddress }: Socket): string => remoteAddress ?? '';

/**
 * Limits the connections of one port (docs/adr/0019). One more is always accepted, and closes the oldest one of the address
 * with the most. So a peer can connect while strangers hold all they can. If all connections are proven, it closes the
 * least recently used one of the peer with the most.
 */
export class ConnectionLimits {
  /** Of each address, the oldest first. */
  private readonly strangers = new Crowd();
  /** Of each peer, the one that was silent longest first. */
  private readonly proven = new Crowd();
  /** To whom each proven one belongs. */
  private readonly owners = new Map<string, string>();

  /** @param refused is called for each connection that had to go */
  constructor(
    private readonly bounds: ConnectionBounds,
    private readonly refused: (bound: ExceededBound) => void,
  ) {}

  get ofStrangers(): number {
    return this.strangers.size;
  }

  get ofPeers(): number {
    return this.proven.size;
  }

  /** Follows the connections of a listener. */
  watch(server: HttpServer | HttpsServer): void {
    const isTls = server instanceof HttpsServer;
    server.on('connection', (socket: Socket) => this.take(socket, isTls));
  }

  /** A message of this owner came over it. */
  prove(socket: Socket, owner: string): void {
    if (socket.destroyed) return;
    const name = nameOf(socket);
    const connection =
      this.strangers.remove(addressOf(socket), name) ?? this.proven.remove(this.owners.get(name) ?? '', name);
    if (connection === undefined) return;
    this.owners.set(name, owner);
    this.proven.add(owner, connection);
  }

  /** Whose connection it has proved to be. */
  ownerOf(socket: Socket): string | undefined {
    return this.owners.get(nameOf(socket));
  }

  private take(socket: Socket, isTls: boolean): void {
    const [address, name] = [addressOf(socket), nameOf(socket)];
    // A socket that was reset before it was accepted has no address. So two of them share a name.
    this.strangers.add(address, { name, socket, isTls });
    socket.once('close', () => this.forget(address, name));
    const { perAddress, ofStrangers, inAll } = this.bounds;
    if (this.strangers.sizeOf(address) > perAddress)
      this.refuse(this.strangers.takeFirstOf(address), 'address');
    else if (this.strangers.size > ofStrangers) this.refuse(this.firstStranger(), 'strangers');
    if (this.strangers.size + this.proven.size > inAll) this.refuse(this.leastUseful(), 'all');
  }

  private firstStranger(): Connection | undefined {
    return this.strangers.takeFirstOf(this.strangers.mostCrowded);
  }

  /** Where the newest connection is the only unproven one, it is a proven one. */
  private leastUseful(): Connection | undefined {
    if (this.strangers.size > 1) return this.firstStranger();
    const connection = this.proven.takeFirstOf(this.proven.mostCrowded);
    if (connection !== undefined) this.owners.delete(connection.name);
    return connection;
  }

  private refuse(connection: Connection | undefined, bound: ExceededBound): void {
    if (connection === undefined) return;
    this.refused(bound);
    turnAway(connection);
  }

  private forget(address: string, name: string): void {
    this.strangers.remove(address, name);
    this.proven.remove(this.owners.get(name) ?? '', name);
    this.owners.delete(name);
  }
}

const NOT_NOW = plainAnswer(503, 'Too many connections are open; try again later.', ['Retry-After: 5']);

/** Sends the reason on a connection without an answer so far. It does not wait for a client that does not read. */
function turnAway({ socket, isTls }: Connection): void {
  if (isTls || socket.bytesWritten > 0 || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(NOT_NOW);
  if (socket.writableLength > 0) socket.destroy();
  else socket.destroySoon();
}
