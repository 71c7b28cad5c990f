import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** What each refusal of the HTTP layer means to a peer, one line without what was sent (ssp-binding §2). */
const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The HTTP request is not well-formed.',
  404: 'There is nothing here; SSP messages are POSTed to /ssp.',
  408: 'The request took too long to arrive.',
  413: 'The body is over the size limit.',
  415: 'The Content-Type must be application/vnd.wv.ssp+xml, text/xml or application/xml.',
};

/** Refusals made before a message reached the inbox, in plain text: a peer never gets JSON. */
@Catch()
export class SspFaultFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(exception);
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
