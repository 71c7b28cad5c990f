import type { Socket } from 'node:net';
import type { EventLog, Measures } from '@sap2/observability';
import type { HeldLines, LineAMinute } from '../listeners/line-a-minute.js';
import { plainAnswer } from '../listeners/plain-answer.js';
import { reasonOf } from './refusals.js';

/** The packet as Node gives it, or as its typings say. */
interface BrokenRequest extends Error {
  readonly code: string;
  readonly rawPacket: Uint8Array | { readonly data: readonly number[] } | undefined;
}

/** First byte of each TLS handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The HTTP request is not well-formed.',
  408: 'The request took too long to arrive.',
  413: 'The chunk extensions are too long.',
  431: 'The HTTP headers are too long.',
};

/**
 * Answers what Node could not read as a request, in plain text as all refusals to peers (ssp-binding §2). Existing peers try
 * https on a port of http first. So the log has one line a minute for each address.
 */
export function answerBrokenRequests(
  log: EventLog,
  measures: Pick<Measures, 'refusal'>,
  heldLines: HeldLines,
): (error: BrokenRequest, socket: Socket) => void {
  const lines = heldLines.ofOneKind();
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const isTls = firstByteOf(error) === TLS_HANDSHAKE;
    const status = STATUS_OF[error.code] ?? 400;
    const sentence = isTls ? 'This port speaks HTTP without TLS.' : (SENTENCES[status] ?? '');
    measures.refusal(status, isTls ? 'tls' : reasonOf(status), undefined);
    if (isTls) sayTls(log, lines, socket.remoteAddress ?? 'unknown');
    socket.end(plainAnswer(status, sentence));
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
