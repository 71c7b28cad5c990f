import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { BodiesUnderWay } from '../../listeners/bodies-under-way.js';

/**
 * Most HTTP clients name the type of a body even where they send none. That is no body, and no fault: an operation that
 * needs one says so itself, and the connection stays. What is arriving is bounded: the token is looked at when it is here.
 */
export function takeJson(fastify: FastifyInstance, bodies: BodiesUnderWay): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parsed = (request: FastifyRequest, text: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      void parse(request, text, (error, value) => (error ? reject(error) : resolve(value)));
    });
  fastify.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
      const declared = request.headers['content-length'];
      const body = await bodies.read(payload, declared === undefined ? undefined : Number(declared), {
        address: request.ip,
      });
      return bodies.whileAtWork(payload, async () =>
        body.length === 0 ? undefined : parsed(request, body.toString('utf8')),
      );
    },
  );
}
