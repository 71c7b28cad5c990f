import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ChangeAgreement } from '@sap2/administration';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { AGREEMENT, AGREEMENT_AND_JOB, BY_A_JOB, entryOf, SETTINGS } from './agreement.dto.js';
import { changeOverHttp } from './agreement-changes.js';

const CHANGE_AGREEMENT = operation({
  method: 'PATCH',
  path: '/agreements/:serviceID',
  name: 'changeAgreement',
  command: { noun: 'agreement', verb: 'change' },
  noun: 'agreements',
  summary: 'Changes an agreement.',
  description:
    'What is left out stays; null takes it away. User sessions that it no longer allows end with 601, and its SSP sessions where it is disabled.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  body: z.strictObject(SETTINGS),
  answer: { status: 200, says: 'The agreement as it is now.', schema: AGREEMENT },
  accepted: { says: BY_A_JOB, schema: AGREEMENT_AND_JOB },
  refusals: [404, 409, 412],
  changes: true,
});

@AdminController()
export class ChangeAgreementController {
  constructor(@Inject(ChangeAgreement) private readonly change: ChangeAgreement) {}

  @Serves(CHANGE_AGREEMENT)
  serve(
    @Input() { params, body }: InputOf<typeof CHANGE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return changeOverHttp(this.change, actor, params.serviceID, entryOf(body), { request, reply });
  }
}
