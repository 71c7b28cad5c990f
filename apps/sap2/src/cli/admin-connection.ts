import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

export interface AdminRequest {
  readonly method: string;
  /** Below `/admin/v1`, with its query. */
  readonly path: string;
  readonly body?: string | Readable | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The interface for administrators, of a service elsewhere or of this very process. */
export interface AdminConnection {
  readonly end: AbortSignal;
  request(request: AdminRequest): Promise<Dispatcher.ResponseData>;
  /** Works on jobs beside the services, until `signal`. A remote service does this itself. */
  workOnJobs(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
