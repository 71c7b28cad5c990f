import type { FastifyError } from 'fastify';
import { SSP_CONTENT_TYPE } from '../../http-post.js';
import type { GatewaySettings } from '../config/gateway-settings.js';
import { plainAddress } from '../front/trusted-networks.js';
import { newServer, open, type OpenListener } from '../listener-options.js';
import type { CallbackRouter } from './callback-router.js';

const MAX_BODY_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 1000;
/** When a SAP 2 may come again whose answers are too many at once. */
const BUSY_S = 1;

/** The listener for pushes of every SAP 2 (ssp-binding §2): any path, by POST. */
export function openCallbackServer(
  settings: GatewaySettings['pushes'],
  router: CallbackRouter,
  failed: (error: unknown) => void,
): Promise<OpenListener> {
  const server = newServer(
    { bodyLimit: MAX_BODY_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true },
    settings.tls,
  );
  server.server.maxConnections = MAX_CONNECTIONS;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    [SSP_CONTENT_TYPE, 'text/xml', 'application/xml'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) failed(error);
    void reply.code(statusCode).type('text/plain').send('This request failed.\n');
  });
  server.setNotFoundHandler((_request, reply) => {
    void reply.code(405).header('allow', 'POST').type('text/plain').send('SSP messages come by POST.\n');
  });
  server.post('*', async (request, reply) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { httpStatus, body, after } = await router.answer(bytes, plainAddress(request.ip));
    if (after !== undefined) reply.raw.once('finish', after);
    if (httpStatus === 503) reply.header('retry-after', BUSY_S);
    return reply
      .code(httpStatus)
      .type(httpStatus === 200 ? SSP_CONTENT_TYPE : 'text/plain')
      .send(body);
  });
  return open(server, settings);
}
