import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { EventLog, Measures } from '@sap2/observability';
import { SSP_MEDIA_TYPE } from '@sap2/ssp-wire';
import type { FastifyRequest } from 'fastify';
import type { BodiesUnderWay } from '../doors/bodies-under-way.js';
import type { ConnectionLimits } from '../doors/connection-limits.js';
import { checkedOften, limitHeaders } from '../doors/slow-senders.js';
import type { DoorTls } from '../doors/tls/door-tls.js';
import { answerBrokenRequests } from './broken-requests.js';
import { SspFaultFilter } from './ssp-fault.filter.js';

/** Media types an SSP message may come as (ssp-binding §2). */
const MEDIA_TYPES = [SSP_MEDIA_TYPE, 'text/xml', 'application/xml'];

/** Longer than the usual 60 s of proxies and client pools, so that it is not us who close a connection in use. */
const IDLE_CONNECTION_MS = 75_000;

export interface SspHttpNeeds {
  readonly measures: Measures;
  readonly log: EventLog;
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
export async function createSspDoor(
  module: DynamicModule,
  { measures, log, connections, bodies, requestTimeoutMs }: SspHttpNeeds,
  tls: DoorTls | undefined,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    requestTimeout: requestTimeoutMs,
    clientErrorHandler: answerBrokenRequests(log),
    keepAliveTimeout: IDLE_CONNECTION_MS,
    forceCloseConnections: 'idle',
    ...checkedOften(tls),
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  limitHeaders(fastify, requestTimeoutMs);
  connections.watch(fastify.server);
  fastify.addContentTypeParser(MEDIA_TYPES, (request: FastifyRequest, payload: IncomingMessage) =>
    bodies.read(payload, declaredLength(request), !connections.isProven(request.socket)),
  );
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new SspFaultFilter());
  tls?.protect(fastify);
  fastify.addHook('onResponse', (_request, { statusCode }, done) => {
    if (statusCode >= 400) measures.refusal(statusCode);
    done();
  });
  return app;
}

/** What is wrong with how a body is labelled, or undefined. Anything but plain UTF-8 text is 415 (ssp-binding §2). */
export function unsupportedContent(headers: {
  readonly 'content-type'?: string | undefined;
  readonly 'content-encoding'?: string | undefined;
}): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity')
    return 'Content-Encoding must be identity';
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)"?/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    return 'charset must be UTF-8 or US-ASCII';
  return undefined;
}
