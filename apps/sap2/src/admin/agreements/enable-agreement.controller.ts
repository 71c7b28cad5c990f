import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ChangeAgreement } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { AGREEMENT } from './agreement.dto.js';
import { changeOverHttp } from './agreement-changes.js';

const ENABLE_AGREEMENT = operation({
  method: 'POST',
  path: '/agreements/:serviceID/enable',
  name: 'enableAgreement',
  command: { noun: 'agreement', verb: 'enable' },
  noun: 'agreements',
  summary: 'Lets the peer in again.',
  description: 'Done before: nothing changes.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'The agreement as it is now.', schema: AGREEMENT },
  refusals: [404, 409, 412],
  changes: true,
});

@AdminController()
export class EnableAgreementController {
  constructor(@Inject(ChangeAgreement) private readonly change: ChangeAgreement) {}

  @Serves(ENABLE_AGREEMENT)
  serve(
    @Input() { params }: InputOf<typeof ENABLE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return changeOverHttp(this.change, actor, params.serviceID, { enabled: true }, { request, reply });
  }
}
