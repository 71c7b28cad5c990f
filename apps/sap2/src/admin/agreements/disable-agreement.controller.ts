import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ChangeAgreement } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { AGREEMENT, AGREEMENT_AND_JOB, BY_A_JOB } from './agreement.dto.js';
import { changeOverHttp } from './agreement-changes.js';

const DISABLE_AGREEMENT = operation({
  method: 'POST',
  path: '/agreements/:serviceID/disable',
  name: 'disableAgreement',
  command: { noun: 'agreement', verb: 'disable' },
  noun: 'agreements',
  summary: 'Shuts the peer out.',
  description: 'Its SSP sessions end at once, its user sessions with 601; it is still told of them.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'The agreement as it is now.', schema: AGREEMENT },
  accepted: { says: BY_A_JOB, schema: AGREEMENT_AND_JOB },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class DisableAgreementController {
  constructor(@Inject(ChangeAgreement) private readonly change: ChangeAgreement) {}

  @Serves(DISABLE_AGREEMENT)
  serve(
    @Input() { params }: InputOf<typeof DISABLE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return changeOverHttp(this.change, actor, params.serviceID, { enabled: false }, { request, reply });
  }
}
