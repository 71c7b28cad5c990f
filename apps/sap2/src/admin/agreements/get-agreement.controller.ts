import { Inject, Res } from '@nestjs/common';
import { AGREEMENT_BOOK, type AgreementBook } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { AGREEMENT, agreementDto, unknownAgreement } from './agreement.dto.js';

const GET_AGREEMENT = operation({
  method: 'GET',
  path: '/agreements/:serviceID',
  name: 'getAgreement',
  command: { noun: 'agreement', verb: 'show' },
  noun: 'agreements',
  summary: 'One agreement.',
  scope: 'read',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'The agreement.', schema: AGREEMENT },
  refusals: [404],
});

@AdminController()
export class GetAgreementController {
  constructor(@Inject(AGREEMENT_BOOK) private readonly book: AgreementBook) {}

  @Serves(GET_AGREEMENT)
  async get(
    @Input() { params }: InputOf<typeof GET_AGREEMENT>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const agreement = await this.book.find(peerOf(params.serviceID));
    if (agreement === undefined) throw unknownAgreement();
    tell(reply, agreement.revision);
    return agreementDto(agreement);
  }
}
