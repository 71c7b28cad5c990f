import { All, Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { SSP_MEDIA_TYPE, sspSchemaText } from '@sap2/ssp-wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConnectionLimits } from '../doors/connection-limits.js';
import { arrivalOf } from './arrival-of.js';
import type { Answer, Arrived } from './message/message.js';
import { PIPELINE } from './pipeline.token.js';
import { unsupportedContent } from './ssp-http.js';
import type { Run } from './steps.js';

/** HTTP on one side, the pipeline on the other (ssp-binding §2). */
@Controller()
export class SspController {
  constructor(
    @Inject(PIPELINE) private readonly pipeline: Run<Arrived, Answer>,
    @Inject(ConnectionLimits) private readonly connections: ConnectionLimits,
  ) {}

  @Get('/ssp/schema.xsd')
  schema(@Res() reply: FastifyReply): void {
    void reply.header('Content-Type', 'application/xml; charset=utf-8').send(sspSchemaText());
  }

  @All(['/', '/ssp'])
  async message(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== 'POST') {
      return sendText(reply.header('Allow', 'POST'), 405, 'SSP messages are POSTed.');
    }
    const unsupported = unsupportedContent(request.headers);
    if (unsupported !== undefined || !Buffer.isBuffer(request.body)) {
      return sendText(reply, 415, unsupported ?? 'A body with an XML Content-Type is needed.');
    }
    const answer = await this.pipeline({ bytes: request.body, arrival: arrivalOf(request) });
    if (answer.isRecognised === true) this.connections.prove(request.socket);
    send(reply, answer);
  }
}

function send(reply: FastifyReply, answer: Answer): void {
  reply.raw.once('finish', answer.handedOver);
  if (answer.retryAfterS !== undefined) void reply.header('Retry-After', String(answer.retryAfterS));
  if (answer.kind === 'refused') return sendText(reply, answer.httpStatus, answer.detail);
  void reply
    .status(answer.httpStatus)
    .header('Content-Type', `${SSP_MEDIA_TYPE}; charset=utf-8`)
    .send(answer.body);
}

function sendText(reply: FastifyReply, httpStatus: number, line: string): void {
  void reply.status(httpStatus).header('Content-Type', 'text/plain; charset=utf-8').send(`${line}\n`);
}
