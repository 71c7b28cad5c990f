import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Client } from 'ldapts';
import type { DirectoryNetwork } from './ports/directory-calls.port.js';
import type { LdapSettings } from './ports/user-directory-book.port.js';

const LDAP_PORT = 389;
const LDAPS_PORT = 636;

/**
 * One connection for one login. The library connects again by itself, and then without StartTLS. So this class makes the
 * sockets, and makes none twice.
 */
export class LdapConnection {
  readonly client: Client;
  private readonly sockets: Socket[] = [];
  private readonly host: string;
  private readonly port: number;
  private readonly isLdaps: boolean;
  private readonly isSecure: boolean;

  constructor(
    { url, startTls, deadlineMs }: LdapSettings,
    private readonly network: DirectoryNetwork,
  ) {
    const { protocol, hostname, port } = new URL(url);
    this.isLdaps = protocol === 'ldaps:';
    this.isSecure = this.isLdaps || startTls;
    this.host = hostname.replace(/^\[(.*)\]$/, '$1');
    this.port = port === '' ? (this.isLdaps ? LDAPS_PORT : LDAP_PORT) : Number(port);
    this.client = new Client({
      url,
      timeout: deadlineMs,
      createConnection: () => this.first(() => connect(this.target)),
      createSecureConnection: this.secureSocket as typeof connectTls,
    });
  }

  /** Connects and encrypts where the settings want StartTLS. Otherwise the first request connects. */
  async open(): Promise<void> {
    const refusal = isIP(this.host) === 0 ? undefined : this.network.refusalOf(this.host, this.isSecure);
    if (refusal !== undefined) throw new Error(refusal);
    if (this.isSecure && !this.isLdaps) await this.client.startTLS(this.tls);
  }

  /** Cuts off what is under way. A socket that ends later needs a listener for its error. */
  close(): void {
    for (const socket of this.sockets) socket.on('error', () => undefined).destroy();
  }

  /** `ldaps:` gives a port, and StartTLS gives options with the plain socket. */
  private readonly secureSocket = (target: number | ConnectionOptions): Socket => {
    if (typeof target === 'number') return this.first(() => connectTls({ ...this.target, ...this.tls }));
    return this.kept(connectTls(target));
  };

  private get target() {
    return { host: this.host, port: this.port, lookup: this.network.lookup(this.isSecure) };
  }

  private get tls(): ConnectionOptions {
    const name = isIP(this.host) === 0 ? { servername: this.host } : {};
    return { ...this.network.tls(), host: this.host, ...name };
  }

  private first(make: () => Socket): Socket {
    if (this.sockets.length > 0) throw new Error('the directory closed the connection');
    return this.kept(make());
  }

  private kept(socket: Socket): Socket {
    this.sockets.push(socket);
    return socket;
  }
}
