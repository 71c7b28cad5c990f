import { Inject, Res } from '@nestjs/common';
import {
  type Actor,
  AGREEMENT_BOOK,
  type AgreementBook,
  type AgreementRecord,
  CreateAgreement,
} from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { ServiceID } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { IdempotentCreations } from '../http/creations.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import {
  AGREEMENT,
  agreementDto,
  entryOf,
  refusedEntry,
  SECRET,
  SETTINGS,
  stillEnding,
  unknownAgreement,
} from './agreement.dto.js';

const CREATE_AGREEMENT = operation({
  method: 'POST',
  path: '/agreements',
  name: 'createAgreement',
  command: { noun: 'agreement', verb: 'create', places: ['serviceID'] },
  noun: 'agreements',
  summary: 'Makes an agreement with the SAP of an operator.',
  scope: 'agreements',
  body: z.strictObject({ serviceID: PEER_NAME, sharedSecret: SECRET, ...SETTINGS }),
  answer: { status: 201, says: 'The agreement.', schema: AGREEMENT },
  refusals: [404, 409, 422],
  creates: true,
});

@AdminController()
export class CreateAgreementController {
  constructor(
    @Inject(CreateAgreement) private readonly create: CreateAgreement,
    @Inject(AGREEMENT_BOOK) private readonly book: AgreementBook,
    @Inject(IdempotentCreations) private readonly creations: IdempotentCreations,
  ) {}

  @Serves(CREATE_AGREEMENT)
  async serve(
    @Input() { body }: InputOf<typeof CREATE_AGREEMENT>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const agreement = await this.creations.once(
      actor,
      () => this.created(actor, body),
      async (serviceID) => {
        const found = await this.book.find(serviceID as ServiceID);
        if (found === undefined) throw unknownAgreement();
        return found;
      },
    );
    tell(reply, agreement.revision);
    return agreementDto(agreement);
  }

  private async created(
    actor: Actor,
    { serviceID, sharedSecret, ...settings }: InputOf<typeof CREATE_AGREEMENT>['body'],
  ): Promise<AgreementRecord> {
    const outcome = await this.create.execute(actor, peerOf(serviceID), entryOf(settings), sharedSecret);
    switch (outcome.kind) {
      case 'created':
        return outcome.agreement;
      case 'exists':
        throw new Problem(409, 'There is an agreement with this peer already; change it with PATCH.');
      case 'being-ended':
        throw stillEnding(outcome);
      case 'wrong-entry':
      case 'domain-not-served':
        throw refusedEntry(outcome);
      default:
        return assertNever(outcome);
    }
  }
}
