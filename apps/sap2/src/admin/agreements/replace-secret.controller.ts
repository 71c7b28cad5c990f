import { Inject, Res } from '@nestjs/common';
import { type Actor, AGREEMENT_BOOK, type AgreementBook } from '@sap2/administration';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { AGREEMENT, agreementDto, SECRET, unknownAgreement } from './agreement.dto.js';

/** A week: who has not changed a secret by then will not. */
const LONGEST_OVERLAP_S = 604_800;
const USUAL_OVERLAP_S = 86_400;

const REPLACE_SECRET = operation({
  method: 'POST',
  path: '/agreements/:serviceID/secret',
  name: 'replaceAgreementSecret',
  command: { noun: 'agreement', verb: 'secret' },
  noun: 'agreements',
  summary: 'Replaces the shared secret of one direction.',
  description:
    'The secret before it stays good while the overlap lasts, so both sides may change it whenever they like meanwhile. ' +
    '`inbound` proves the peer to us, `outbound` us to the peer.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  body: z.strictObject({
    secret: SECRET,
    direction: z.enum(['inbound', 'outbound']),
    overlapS: z.int().min(0).max(LONGEST_OVERLAP_S).default(USUAL_OVERLAP_S).describe('Seconds; 0: none.'),
  }),
  answer: { status: 200, says: 'The agreement, without its secrets.', schema: AGREEMENT },
  refusals: [404],
});

@AdminController()
export class ReplaceSecretController {
  constructor(@Inject(AGREEMENT_BOOK) private readonly book: AgreementBook) {}

  @Serves(REPLACE_SECRET)
  async serve(
    @Input() { params, body }: InputOf<typeof REPLACE_SECRET>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { direction, secret, overlapS } = body;
    const agreement = await this.book.replaceSecret(
      actor,
      peerOf(params.serviceID),
      direction,
      secret,
      overlapS,
    );
    if (agreement === undefined) throw unknownAgreement();
    tell(reply, agreement.revision);
    return agreementDto(agreement);
  }
}
