import type { Actor, AgreementChange, ChangeAgreement } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { peerOf } from '../http/names.js';
import { changedMeanwhile, expectedRevision, tell } from '../http/revisions.js';
import { jobDto } from '../jobs/job.dto.js';
import { agreementDto, refusedEntry, stillEnding, unknownAgreement } from './agreement.dto.js';

/** What PATCH, enable and disable have in common: a change of an agreement, and its answer. */
export async function changeOverHttp(
  change: ChangeAgreement,
  actor: Actor,
  serviceID: string,
  entry: AgreementChange['entry'],
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<object> {
  const outcome = await change.execute(actor, {
    serviceID: peerOf(serviceID),
    entry,
    expectedRevision: expectedRevision(request),
  });
  switch (outcome.kind) {
    case 'changed':
      tell(reply, outcome.agreement.revision);
      if (outcome.job === undefined) return agreementDto(outcome.agreement);
      reply.status(202);
      return { ...agreementDto(outcome.agreement), job: jobDto(outcome.job) };
    case 'unknown':
      throw unknownAgreement();
    case 'stale':
      throw changedMeanwhile();
    case 'being-ended':
      throw stillEnding(outcome);
    case 'wrong-entry':
    case 'domain-not-served':
      throw refusedEntry(outcome);
    default:
      return assertNever(outcome);
  }
}
