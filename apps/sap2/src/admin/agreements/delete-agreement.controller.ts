import { Inject, Req } from '@nestjs/common';
import { type Actor, DeleteAgreement } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision } from '../http/revisions.js';
import { unknownAgreement } from './agreement.dto.js';

const DELETE_AGREEMENT = operation({
  method: 'DELETE',
  path: '/agreements/:serviceID',
  name: 'deleteAgreement',
  noun: 'agreements',
  summary: 'Ends an agreement for good.',
  description:
    'Its SSP sessions end at once, and its user sessions with 601, which the peer is still told; what is needed for that ' +
    'is kept until it has been.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 204, says: 'It is gone.' },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class DeleteAgreementController {
  constructor(@Inject(DeleteAgreement) private readonly remove: DeleteAgreement) {}

  @Serves(DELETE_AGREEMENT)
  async serve(
    @Input() { params }: InputOf<typeof DELETE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const outcome = await this.remove.execute(actor, peerOf(params.serviceID), expectedRevision(request));
    switch (outcome.kind) {
      case 'deleted':
        return;
      case 'unknown':
        throw unknownAgreement();
      case 'stale':
        throw changedMeanwhile();
      default:
        assertNever(outcome);
    }
  }
}
