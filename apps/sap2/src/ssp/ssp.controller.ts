import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { SSP_MEDIA_TYPE, sspSchemaText } from '@sap2/ssp-wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BodiesUnderWay } from '../listeners/bodies-under-way.js';
import { ConnectionLimits } from '../listeners/connection-limits.js';
import { arrivalOf } from './arrival-of.js';
import type { Answer, Arrived } from './message/message.js';
import { PIPELINE } from './pipeline.token.js';
import { noteRefusal } from './refusals.js';
import { sendLine } from './request-checks.js';
import type { Run } from './steps.js';

/** HTTP on one side, the pipeline on the other (ssp-binding §2). */
@Controller()
export class SspController {
  constructor(
    @Inject(PIPELINE) private readonly pipeline: Run<Arrived, Answer>,
    @Inject(ConnectionLimits) private readonly connections: ConnectionLimits,
    @Inject(BodiesUnderWay) private readonly bodies: BodiesUnderWay,
  ) {}

  @Get('/ssp/schema.xsd')
  schema(@Res() reply: FastifyReply): void {
    void reply.header('Content-Type', 'application/xml; charset=utf-8').send(sspSchemaText());
  }

  @Post(['/', '/ssp'])
  async message(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!Buffer.isBuffer(request.body)) {
      return sendLine(reply, 415, 'A body with an XML Content-Type is needed.');
    }
    const { raw, socket, body: bytes } = request;
    // What the bound does not count any more must not be held.
    request.body = undefined;
    const arrival = arrivalOf(request);
    const onRecognised = (peer: string): void => {
      this.connections.prove(socket, peer);
      this.bodies.recognise(raw, peer);
    };
    send(reply, await this.bodies.whileAtWork(raw, () => this.pipeline({ bytes, arrival, onRecognised })));
  }
}

function send(reply: FastifyReply, answer: Answer): void {
  reply.raw.once('finish', answer.handedOver);
  if (answer.retryAfterS !== undefined) void reply.header('Retry-After', String(answer.retryAfterS));
  if (answer.kind === 'refused') {
    noteRefusal(reply, answer);
    return sendLine(reply, answer.httpStatus, answer.detail);
  }
  void reply
    .status(answer.httpStatus)
    .header('Content-Type', `${SSP_MEDIA_TYPE}; charset=utf-8`)
    .send(answer.body);
}
