import type { FastifyInstance } from 'fastify';
import type { BodiesUnderWay } from '../../doors/bodies-under-way.js';

/**
 * Most HTTP clients name the type of a body even where they send none. That is no body, and no fault: an operation that
 * needs one says so itself, and the connection stays. What is arriving is bounded: the token is looked at when it is here.
 */
export function takeJson(fastify: FastifyInstance, bodies: BodiesUnderWay): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', (request, payload, done) => {
    const declared = request.headers['content-length'];
    bodies.read(payload, declared === undefined ? undefined : Number(declared), true).then(
      (body) =>
        body.length === 0 ? done(null, undefined) : void parse(request, body.toString('utf8'), done),
      (error: Error) => done(error),
    );
  });
}
