import { postgresServers } from '@sap2/kernel';
import pg from 'pg';

/**
 * The servers of one database, of which one takes writes: a primary and its standbys. A connection goes to the server that
 * last took writes. After a failure the next connection goes to the next server. So after a promotion the service finds the
 * new primary by itself.
 */
export class Servers {
  private readonly urls: readonly string[];
  private place = 0;

  constructor(url: string) {
    this.urls = postgresServers(url);
  }

  get count(): number {
    return this.urls.length;
  }

  get current(): string {
    return this.urls[this.place] ?? '';
  }

  /** Many connections may fail at once; together they pass over one server. */
  passOver(url: string): void {
    if (url === this.current) this.place = (this.place + 1) % this.urls.length;
  }
}

/** For a pool: each connection is a new client. */
export const clientOf = (servers: Servers): typeof pg.Client =>
  class extends WritingClient {
    constructor(config?: pg.ClientConfig) {
      super(servers, config);
    }
  };

/** As the driver declares it. */
type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/**
 * Connects only to a server that takes writes.
 *
 * PostgreSQL may end a connection right behind ReadyForQuery, in one chunk. The pool has no `error` listener yet then. It
 * also removes its own from a connection that it hands out, and TypeORM adds one a turn later. An `error` without a
 * listener ends the process. So the client has a listener of its own from the start. It reports nothing, because the
 * statement fails or the pool reports the error.
 */
export class WritingClient extends pg.Client {
  private readonly url: string;

  constructor(
    private readonly servers: Servers,
    config: pg.ClientConfig = {},
  ) {
    const url = servers.current;
    super({ ...config, connectionString: url });
    this.on('error', () => undefined);
    this.url = url;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | void {
    const connected = this.connectForWrites();
    if (callback === undefined) return connected;
    const tell = callback as (error: Error | null, client?: pg.Client) => void;
    connected.then((client) => tell(null, client), tell);
  }

  private async connectForWrites(): Promise<pg.Client> {
    try {
      await super.connect();
      if (this.servers.count > 1) await this.refuseStandby();
      return this;
    } catch (error) {
      this.servers.passOver(this.url);
      throw error;
    }
  }

  private async refuseStandby(): Promise<void> {
    const { rows } = await this.query<{ transaction_read_only: string }>('SHOW transaction_read_only');
    if (rows[0]?.transaction_read_only === 'off') return;
    await this.end();
    throw new Error('the server is a standby');
  }
}
