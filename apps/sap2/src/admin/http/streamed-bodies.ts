import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem.filter.js';
import type { OperationSpec } from './operation.js';

/** Time for a request to come in whole. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Hands a streamed body to its operation as it comes. Such a request may take any time, because the operation sets its
 * speed. Every other request must be complete within 30 s. The limit also holds for a streamed one after its answer. Node's
 * own time limit cannot make this difference.
 */
export function takeStreams(fastify: FastifyInstance, operations: readonly OperationSpec[]): void {
  const streamed = operations.filter(({ streams }) => streams !== undefined);
  const paths = new Set(streamed.map(({ base, path }) => `${base}${path}`));
  const streams = (request: FastifyRequest): boolean => paths.has(request.routeOptions.url ?? '');
  const mediaTypes = [...new Set(streamed.flatMap(({ streams: mediaType }) => mediaType ?? []))];

  fastify.addContentTypeParser(mediaTypes, (request, payload, done) => {
    if (streams(request)) done(null, payload);
    else done(new Problem(415, 'This operation takes no stream.'));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!streams(request)) limit(request);
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (streams(request)) limit(request);
    done();
  });
}

/** What the operation is sent, as it comes. @throws Problem 415 for another media type */
export function streamOf({ headers, body }: FastifyRequest, mediaType: string): Readable {
  const sent = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (sent !== mediaType) throw new Problem(415, `What is sent here must be ${mediaType}.`);
  return body instanceof Readable ? body : Readable.from([]);
}

function limit({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  const timer = setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, REQUEST_TIMEOUT_MS);
  raw.once('close', () => clearTimeout(timer));
}
