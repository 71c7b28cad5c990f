import { readFileSync } from 'node:fs';
import { UsageError } from '@sap2/terminal';
import { Client, type Dispatcher } from 'undici';
import { ADMIN_PATH } from '../admin/http/operation.js';
import type { AdminConnection, AdminRequest } from './admin-connection.js';
import { ServiceUnreachableError } from './service-unreachable.js';
import { unreadable } from './unreadable.js';

export interface RemoteAddress {
  readonly url: string;
  readonly token: string;
  /** A file of authorities, for a certificate that no public authority signed. */
  readonly caFile: string | undefined;
}

/** The interface for administrators of a service that runs elsewhere. */
export class RemoteAdmin implements AdminConnection {
  private constructor(
    private readonly client: Client,
    private readonly origin: string,
    private readonly token: string,
    readonly end: AbortSignal,
  ) {}

  /** @throws UsageError about the URL or the file of authorities */
  static to({ url, token, caFile }: RemoteAddress, end: AbortSignal): RemoteAdmin {
    const origin = originOf(url);
    const connect = caFile === undefined ? {} : { connect: { ca: contentOf(caFile) } };
    const client = new Client(origin, { headersTimeout: 0, bodyTimeout: 0, ...connect });
    return new RemoteAdmin(client, origin, token, end);
  }

  /** @throws ServiceUnreachableError */
  async request({ method, path, body, headers }: AdminRequest): Promise<Dispatcher.ResponseData> {
    try {
      return await this.client.request({
        method,
        path: `${ADMIN_PATH}${path}`,
        headers: { Authorization: `Bearer ${this.token}`, ...headers },
        body: body ?? null,
        signal: this.end,
      });
    } catch (error) {
      if (this.end.aborted) throw error;
      const { message } = error as Error;
      throw new ServiceUnreachableError(
        `The service at ${this.origin} does not answer: ${message}. --url names another.`,
        { cause: error },
      );
    }
  }

  workOnJobs(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.client.destroy();
  }
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${text} is no URL of a service. A URL is such as https://sap2.example:7080.`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('A URL with a password is refused. --token-file names the file of the token.');
  if (!/^\/(?:admin(?:\/v1)?\/?)?$/.test(url.pathname))
    throw new UsageError(`${text} has a path. Give the URL of the port for administrators alone.`);
  return url.origin;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}
