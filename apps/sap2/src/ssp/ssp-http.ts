import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { Measures } from '@sap2/observability';
import { SSP_MEDIA_TYPE } from '@sap2/ssp-wire';
import type { DoorTls } from '../doors/tls/door-tls.js';
import { SspFaultFilter } from './ssp-fault.filter.js';

/** Media types an SSP message may come as (ssp-binding §2). */
const MEDIA_TYPES = [SSP_MEDIA_TYPE, 'text/xml', 'application/xml'];

/** A peer that sends slower than this is not served: slow headers and dripping bodies hold a connection, and no more. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the usual 60 s of proxies and client pools, so that it is not us who close a connection in use. */
const IDLE_CONNECTION_MS = 75_000;

/**
 * A listener towards peers: bytes in, bytes out; no body is parsed before the inbox sees it.
 *
 * @param tls undefined: it speaks http
 */
export async function createSspDoor(
  module: DynamicModule,
  measures: Measures,
  bodyLimitBytes: number,
  tls: DoorTls | undefined,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    forceCloseConnections: 'idle',
    ...tls?.fastifyOptions,
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(MEDIA_TYPES, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
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
