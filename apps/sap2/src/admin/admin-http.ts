import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { EventLog, Measures } from '@sap2/observability';
import type { FastifyInstance } from 'fastify';
import { BodiesUnderWay } from '../listeners/bodies-under-way.js';
import type { ConnectionLimits } from '../listeners/connection-limits.js';
import { checkedOften, limitHeaders } from '../listeners/slow-senders.js';
import type { ListenerTls } from '../listeners/tls/listener-tls.js';
import type { FailureAnswers } from '../ssp/failure-answers.js';
import { serveConsole } from './console/console-files.js';
import { SESSION_PATH } from './console/console.controller.js';
import { guardBrowsers } from './http/browser-headers.js';
import { isBy, whenRecognised } from './http/caller.js';
import { allowOrigins } from './http/cross-origin.js';
import { takeJson } from './http/json-bodies.js';
import { openApiDocument } from './http/openapi.js';
import { ADMIN_PATH, type OperationSpec } from './http/operation.js';
import { leadOn, Routes, withoutTrailingSlash } from './http/routes.js';
import { takeStreams } from './http/streamed-bodies.js';
import { ADMIN_OPERATIONS } from './operations.js';
import { ELEMENT_OPERATIONS } from '../events/elements.operations.js';
import { ProblemFilter } from './problem.filter.js';

/** Requests of administrators are small; what streams has a limit for each line. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** Of all arriving bodies. Their senders have not shown a token yet. */
const BODIES_BYTES = 16 * BODY_LIMIT_BYTES;
const BODY_BOUNDS = { longest: BODY_LIMIT_BYTES, inAll: BODIES_BYTES, ofStrangers: BODIES_BYTES };
const HEADERS_TIMEOUT_MS = 30_000;
/** Room for the longest name, each of its octets percent-encoded. */
const MAX_PARAM_CHARACTERS = 4_096;

/** What a caller may name its request by, so that both sides find it in their logs. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

export interface AdminHttpNeeds {
  readonly log: EventLog;
  readonly measures: Measures;
  readonly failures: FailureAnswers;
  /** Undefined: only this process asks. */
  readonly connections?: ConnectionLimits;
  /** Serves the page of the console. */
  readonly hasConsole?: boolean;
  /** Origins whose pages may call the operations. */
  readonly origins?: readonly string[];
}

/** What the interface for administrators and service elements has, in the order of the OpenAPI document. */
export const EVERY_OPERATION: readonly OperationSpec[] = [...ADMIN_OPERATIONS, ...ELEMENT_OPERATIONS];

/** The listener towards administrators and orchestrators: JSON, problems, health; the API's document at `/openapi.json` and `/docs`. */
export async function createAdminListener(
  module: DynamicModule,
  { log, measures, failures, connections, hasConsole = false, origins = [] }: AdminHttpNeeds,
  tls: ListenerTls | undefined,
  operations: readonly OperationSpec[] = EVERY_OPERATION,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // Of every request but those that stream: `takeStreams`.
    requestTimeout: 0,
    routerOptions: { maxParamLength: MAX_PARAM_CHARACTERS },
    forceCloseConnections: 'idle',
    genReqId: requestIDOf,
    rewriteUrl: ({ url = '/' }) => withoutTrailingSlash(url),
    ...checkedOften(tls),
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  limitHeaders(fastify, HEADERS_TIMEOUT_MS);
  takeJson(fastify, new BodiesUnderWay(BODY_BOUNDS));
  if (connections !== undefined) limitConnections(fastify, connections);
  takeStreams(fastify, operations);
  trace(fastify, log, measures);
  await guardBrowsers(fastify);
  await allowOrigins(fastify, origins);
  leadOn(fastify, hasConsole);
  if (hasConsole) await serveConsole(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    // Fastify parses JSON itself, and the service takes no forms.
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  tls?.protect(fastify);
  app.useGlobalFilters(new ProblemFilter(failures, new Routes(operations)));
  SwaggerModule.setup('docs', app, openApiDocument(operations) as unknown as OpenAPIObject, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'SAP 2 administration',
  });
  return app;
}

/** A connection that brought a valid token is bounded no more. */
function limitConnections(fastify: FastifyInstance, connections: ConnectionLimits): void {
  connections.watch(fastify.server);
  fastify.addHook('onRequest', (request, _reply, done) => {
    whenRecognised(request, (name) => connections.prove(request.socket, name));
    done();
  });
}

function requestIDOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Each answer has the id of its request. Each request of an administrator has a line in the log, and counts. */
function trace(fastify: FastifyInstance, log: EventLog, measures: Measures): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    if (request.url.startsWith(ADMIN_PATH) || request.url.startsWith(SESSION_PATH)) {
      const route = request.routeOptions.url;
      const operation = route === undefined ? 'elsewhere' : `${request.method} ${route}`;
      measures.adminRequest(operation, reply.statusCode, reply.elapsedTime);
      log.event('admin_request', {
        requestId: request.id,
        administrator: isBy(request)?.name,
        operation,
        httpStatus: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
      });
    }
    done();
  });
}
