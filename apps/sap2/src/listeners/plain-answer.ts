import { STATUS_CODES } from 'node:http';

/** An HTTP answer of one line, for a connection that has no reply object. It is the last one. */
export function plainAnswer(status: number, line: string, headers: readonly string[] = []): string {
  const body = `${line}\n`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
