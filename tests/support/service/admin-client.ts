import { ADMIN_TOKEN } from './service-under-test.js';

export interface AdminAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly text: string;
  readonly headers: Headers;
}

interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_BODY = { 'Content-Type': 'application/json' };

/** An administrator's script: asks over HTTP and reads the whole answer. */
export class AdminClient {
  constructor(
    readonly adminUrl: string,
    readonly token = ADMIN_TOKEN,
  ) {}

  as(token: string): AdminClient {
    return new AdminClient(this.adminUrl, token);
  }

  /** `path` below `/admin/v1`; a body that is a string is sent as it is. */
  async ask(method: string, path: string, { body, headers = {} }: Asked = {}): Promise<AdminAnswer> {
    const answer = await fetch(`${this.adminUrl}/admin/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : JSON_BODY),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /(application\/|problem\+)json/.test(answer.headers.get('Content-Type') ?? '');
    const json = isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined;
    return { status: answer.status, json, text, headers: answer.headers };
  }
}

export const linesIn = <T>(ndjson: string): T[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
