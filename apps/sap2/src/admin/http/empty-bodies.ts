import type { FastifyInstance } from 'fastify';

/**
 * Most HTTP clients name the type of a body even where they send none. That is no body, and no fault: an operation that
 * needs one says so itself, and the connection stays.
 */
export function takeEmptyBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}
