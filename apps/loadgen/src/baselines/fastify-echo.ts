import fastify from 'fastify';

/** Bare Fastify that gives back each body: what HTTP alone costs. Prints its URL. */
const server = fastify();
server.addContentTypeParser('application/vnd.wv.ssp+xml', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
server.post('/ssp', (request, reply) => {
  void reply.header('content-type', 'application/vnd.wv.ssp+xml').send(request.body);
});
console.log(`${await server.listen({ port: 0, host: '127.0.0.1' })}/ssp`);
