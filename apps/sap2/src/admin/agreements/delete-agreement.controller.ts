import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, DeleteAgreement } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision } from '../http/revisions.js';
import { JOB, jobDto } from '../jobs/job.dto.js';
import { BY_A_JOB, unknownAgreement } from './agreement.dto.js';

const DELETE_AGREEMENT = operation({
  method: 'DELETE',
  path: '/agreements/:serviceID',
  name: 'deleteAgreement',
  command: { noun: 'agreement', verb: 'delete' },
  noun: 'agreements',
  summary: 'Ends an agreement for good.',
  description:
    'Its SSP sessions end at once, and its user sessions with 601, which the peer is still told; what is needed for that ' +
    'is kept until it has been.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 204, says: 'It is gone.' },
  accepted: { says: BY_A_JOB, schema: z.object({ job: JOB }) },
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
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const outcome = await this.remove.execute(actor, peerOf(params.serviceID), expectedRevision(request));
    switch (outcome.kind) {
      case 'deleted':
        if (outcome.job === undefined) return undefined;
        reply.status(202);
        return { job: jobDto(outcome.job) };
      case 'unknown':
        throw unknownAgreement();
      case 'stale':
        throw changedMeanwhile();
      default:
        return assertNever(outcome);
    }
  }
}
