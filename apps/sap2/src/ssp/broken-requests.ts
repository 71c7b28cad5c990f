import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { EventLog } from '@sap2/observability';
import { LineAMinute } from '../doors/line-a-minute.js';

/** The packet as Node gives it, or as its typings say. */
interface BrokenRequest extends Error {
  readonly code: string;
  readonly rawPacket: Uint8Array | { readonly data: readonly number[] } | undefined;
}

/** First byte of each TLS handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The HTTP request is not well-formed.',
  408: 'The request took too long to arrive.',
  431: 'The HTTP headers are too long.',
};

/**
 * Answers what Node could not read as a request, in plain text as all refusals to peers (ssp-binding §2). Peers of the
 * field try https on a port of http first: the operator reads it once a minute for each address.
 */
export function answerBrokenRequests(log: EventLog): (error: BrokenRequest, socket: Socket) => void {
  const lines = new LineAMinute();
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const isTls = firstByteOf(error) === TLS_HANDSHAKE;
    const status = STATUS_OF[error.code] ?? 400;
    const sentence = isTls ? 'This port speaks HTTP without TLS.' : (SENTENCES[status] ?? '');
    if (isTls) sayTls(log, lines, socket.remoteAddress ?? 'unknown');
    const body = `${sentence}\n`;
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
        'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function firstByteOf({ rawPacket }: BrokenRequest): number | undefined {
  if (rawPacket === undefined) return undefined;
  return rawPacket instanceof Uint8Array ? rawPacket[0] : rawPacket.data[0];
}

function sayTls(log: EventLog, lines: LineAMinute, address: string): void {
  lines.happened(address, (count) =>
    log.warn('tls_on_plain_port', {
      count,
      detail: `${address} began a TLS handshake on the SSP port, which speaks http; SAP2_SSP_TLS_CERTIFICATE_FILE makes it https`,
    }),
  );
}
