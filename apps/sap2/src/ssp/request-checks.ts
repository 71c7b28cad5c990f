import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Measures } from '@sap2/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { plainAnswer } from '../listeners/plain-answer.js';
import { noteRefusal, type RefusalReason } from './refusals.js';

/** Where messages go to. */
const PATHS: ReadonlySet<string> = new Set(['/', '/ssp']);

const ONLY_POST = 'SSP messages are POSTed.';
const ALLOW = 'Allow: POST';

interface HeaderFault {
  readonly status: 400 | 405 | 415;
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** Refuses what the headers of a request forbid, before its body is read (ssp-binding §2). */
export function checkRequests(fastify: FastifyInstance, measures: Pick<Measures, 'refusal'>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const fault = faultOf(request);
    if (fault === undefined) return done();
    noteRefusal(reply, { reason: fault.reason, peer: undefined });
    if (fault.status === 405) void reply.header('Allow', 'POST');
    sendLine(reply, fault.status, fault.detail);
  });
  const { server } = fastify;
  // Node would close the connection without an answer.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    measures.refusal(405, 'method', undefined);
    // A sender that hangs up wants no answer. An `error` without a listener would end the process.
    socket.on('error', () => undefined).end(plainAnswer(405, ONLY_POST, [ALLOW]));
  });
  // Node would answer 417, which no peer of this protocol knows.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

export const sendLine = (reply: FastifyReply, httpStatus: number, line: string): void =>
  void reply.status(httpStatus).header('Content-Type', 'text/plain; charset=utf-8').send(`${line}\n`);

function faultOf({ method, url, headers, raw }: FastifyRequest): HeaderFault | undefined {
  if (raw.httpVersion === '1.1' && headers.host === undefined) {
    return { status: 400, reason: 'not-http', detail: 'The HTTP request has no Host.' };
  }
  const [path = ''] = url.split('?', 1);
  if (!PATHS.has(path)) return undefined;
  if (method !== 'POST') return { status: 405, reason: 'method', detail: ONLY_POST };
  const unsupported = unsupportedContent(headers);
  return unsupported === undefined ? undefined : { status: 415, reason: 'content-type', detail: unsupported };
}

/** What is wrong with how a body is labelled, or undefined. Anything but plain UTF-8 text is 415. */
function unsupportedContent(headers: IncomingMessage['headers']): string | undefined {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (!['', 'identity'].includes(encoding)) return 'Content-Encoding must be identity.';
  // Without chunks at its end, Node does not know where the body ends, and refuses it itself.
  if (/,\s*chunked$/i.test(headers['transfer-encoding'] ?? '')) return 'Transfer-Encoding must be chunked.';
  const charsets = (headers['content-type'] ?? '').matchAll(/;\s*charset\s*=\s*"?([^";\s]*)"?/gi);
  for (const [, charset = ''] of charsets) {
    if (!/^(utf-?8|us-ascii)$/i.test(charset)) return 'The charset must be UTF-8 or US-ASCII.';
  }
  return undefined;
}
