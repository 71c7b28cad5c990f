import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BodyRefusal } from '../listeners/bodies-under-way.js';
import { noteRefusal } from './refusals.js';

/** Messages that never end are gone by then. */
const RETRY_AFTER_S = 5;

/** Of a body that was not taken. */
const REASON_OF = { 400: 'broken-off', 413: 'too-large', 503: 'bodies' } as const;

/** What each refusal of the HTTP layer means to a peer, one line without what was sent (ssp-binding §2). */
const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The HTTP request is not well-formed.',
  404: 'There is nothing here; SSP messages are POSTed to /ssp.',
  408: 'The request took too long to arrive.',
  413: 'The body is over the size limit.',
  503: 'Too many messages are arriving; try again later.',
  415: 'The Content-Type must be application/vnd.wv.ssp+xml, text/xml or application/xml.',
};

/** Refusals made before a message reached the pipeline, in plain text: a peer never gets JSON. */
@Catch()
export class SspFaultFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(exception);
    if (exception instanceof BodyRefusal) {
      void reply.header('Connection', 'close');
      noteRefusal(reply, { reason: REASON_OF[exception.statusCode], peer: undefined });
      if (status === 503) void reply.header('Retry-After', RETRY_AFTER_S);
    }
    void reply
      .status(status)
      .header('Content-Type', 'text/plain; charset=utf-8')
      .send(`${SENTENCES[status] ?? 'The request failed; try again later.'}\n`);
  }
}

function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  const { statusCode } = exception as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
