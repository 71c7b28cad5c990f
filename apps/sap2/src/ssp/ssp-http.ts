import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { EventLog, Measures } from '@sap2/observability';
import { SSP_MEDIA_TYPE } from '@sap2/ssp-wire';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { BodiesUnderWay } from '../listeners/bodies-under-way.js';
import type { ConnectionLimits } from '../listeners/connection-limits.js';
import type { Speaker } from '../listeners/fair-shares.js';
import { checkedOften, limitHeaders } from '../listeners/slow-senders.js';
import type { HeldLines } from '../listeners/line-a-minute.js';
import type { ListenerTls } from '../listeners/tls/listener-tls.js';
import { answerBrokenRequests } from './broken-requests.js';
import { checkRequests, sendLine } from './request-checks.js';
import { refusalOf } from './refusals.js';
import { SspFaultFilter } from './ssp-fault.filter.js';

/** Media types an SSP message may come as (ssp-binding §2). */
const MEDIA_TYPES = [SSP_MEDIA_TYPE, 'text/xml', 'application/xml'];

/** Longer than the usual 60 s of proxies and client pools. So they close idle connections, not the service. */
const IDLE_CONNECTION_MS = 75_000;

export interface SspHttpNeeds {
  readonly measures: Measures;
  readonly log: EventLog;
  readonly heldLines: HeldLines;
  readonly connections: ConnectionLimits;
  readonly bodies: BodiesUnderWay;
  /** A peer that sends a request slower than this is cut off. */
  readonly requestTimeoutMs: number;
}

const declaredLength = ({ headers }: FastifyRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/**
 * A listener towards peers: bytes in, bytes out; no body is parsed before the pipeline sees it.
 *
 * @param tls undefined: it speaks http
 */
export async function createSspListener(
  module: DynamicModule,
  { measures, log, heldLines, connections, bodies, requestTimeoutMs }: SspHttpNeeds,
  tls: ListenerTls | undefined,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    requestTimeout: requestTimeoutMs,
    clientErrorHandler: answerBrokenRequests(log, measures, heldLines),
    keepAliveTimeout: IDLE_CONNECTION_MS,
    forceCloseConnections: 'idle',
    // Node would answer without a body; the check is in `checkRequests`.
    ...checkedOften(tls, { requireHostHeader: false }),
    frameworkErrors: (_error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      measures.refusal(400, 'path', undefined);
      sendLine(reply, 400, 'The path of the request is not well-formed.');
    },
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  limitHeaders(fastify, requestTimeoutMs);
  connections.watch(fastify.server);
  const senderOf = ({ socket, ip }: FastifyRequest): Speaker => {
    const peer = connections.ownerOf(socket);
    return peer === undefined ? { address: ip } : { peer };
  };
  fastify.addContentTypeParser(MEDIA_TYPES, (request: FastifyRequest, payload: IncomingMessage) =>
    bodies.read(payload, declaredLength(request), senderOf(request)),
  );
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new SspFaultFilter());
  tls?.protect(fastify);
  checkRequests(fastify, measures);
  fastify.addHook('onRequest', ({ raw: request }, { raw: response }, done) => {
    response.once('close', () => bodies.release(request));
    done();
  });
  fastify.addHook('onResponse', ({ socket }, reply, done) => {
    if (reply.statusCode >= 400) {
      const { reason, peer = connections.ownerOf(socket) } = refusalOf(reply);
      measures.refusal(reply.statusCode, reason, peer);
    }
    done();
  });
  return app;
}
