import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@sap2/config';
import { createEventLog } from '@sap2/observability';
import { Client, type Dispatcher } from 'undici';
import { createAdminListener } from '../admin/admin-http.js';
import { AdminModule } from '../admin/admin.module.js';
import { TOKENS } from '../admin/bearer-token.guard.js';
import { ADMIN_PATH } from '../admin/http/operation.js';
import { type Authority, makeAuthority } from '../authority/authority.js';
import { type Closer, closeAll } from '../close-all.js';
import { TlsListeners } from '../listeners/tls/tls-listeners.js';
import { openStoresBeside } from '../open-stores.js';
import type { AdminConnection, AdminRequest } from './admin-connection.js';
import { machineUser } from './machine-user.js';

const ROLES: Config['roles'] = new Set(['admin']);
const UNLIMITED = 1_000_000;

/**
 * The interface for administrators, opened for one command on a socket that only this user can reach. It has the
 * same operations, checks, limits, refusals and audit. Its user already has access to the stores and so needs no
 * token.
 */
export class LocalAdmin implements AdminConnection {
  private constructor(
    private readonly authority: Authority,
    private readonly client: Client,
    private readonly token: string,
    readonly end: AbortSignal,
    private readonly closers: Closer[],
  ) {}

  /**
   * @param startsStores starts the private stores of the data folder if no service runs them
   * @param end gives up, also while it opens
   * @throws StoresNotRunningError · what the stores throw when they cannot be reached · the reason of `end`
   */
  static async open(config: Config, startsStores: boolean, end: AbortSignal): Promise<LocalAdmin> {
    const log = createEventLog({ level: 'error', output: process.stderr });
    const closers: Closer[] = [];
    try {
      const stores = await openStoresBeside(config, startsStores, end);
      closers.push(() => stores.close());
      const mine = quiet(config);
      const tls = await TlsListeners.open(mine, log);
      const authority = await makeAuthority(mine, stores, log, tls);
      closers.push(() => authority.close());
      const token = randomBytes(32).toString('base64url');
      const listener = await createAdminListener(
        AdminModule.of(authority, ROLES, [onlyMe(token)]),
        authority,
        undefined,
      );
      closers.push(() => listener.close());
      const folder = mkdtempSync(join(tmpdir(), 'sap2-'));
      closers.push(() => rmSync(folder, { recursive: true, force: true }));
      const socketPath = join(folder, 'admin');
      await listener.init();
      await listener.getHttpAdapter().getInstance().listen({ path: socketPath });
      const client = new Client('http://sap2', { socketPath, headersTimeout: 0, bodyTimeout: 0 });
      closers.push(() => client.destroy());
      end.throwIfAborted();
      return new LocalAdmin(authority, client, token, end, closers);
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  request({ method, path, body, headers }: AdminRequest): Promise<Dispatcher.ResponseData> {
    return this.client.request({
      method,
      path: `${ADMIN_PATH}${path}`,
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
      body: body ?? null,
      signal: this.end,
    });
  }

  workOnJobs(signal: AbortSignal): Promise<void> {
    return this.authority.jobs.run(signal);
  }

  close(): Promise<void> {
    return closeAll(this.closers);
  }
}

/** This process has neither listeners nor loops, and takes no share of a peer's rates. */
const quiet = (config: Config): Config => ({
  ...config,
  roles: ROLES,
  adminTlsCertificateFile: undefined,
  adminRequestsPerSecond: UNLIMITED,
});

/** The person at the terminal. The token keeps other users of the socket out. */
const onlyMe = (token: string) => ({
  provide: TOKENS,
  useValue: {
    byToken: async (given: string) =>
      given === token ? { name: `cli:${machineUser()}`, scopes: ['admin'] } : undefined,
  },
});
