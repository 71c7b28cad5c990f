import { Inject, Req, Res } from '@nestjs/common';
import { type Actor, ChangeDomain } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision, tell } from '../http/revisions.js';
import { DOMAIN, DOMAIN_PARAM, domainDto, SERVICES, SP_INFO, spInfoOf } from './domain.dto.js';
import { unknownDomain, unknownServices } from './domain-problems.js';

const CHANGE_DOMAIN = operation({
  method: 'PATCH',
  path: '/domains/:name',
  name: 'changeDomain',
  noun: 'domains',
  summary: 'Changes what a domain tells and offers.',
  description: 'What is left out stays; null takes it away. Live sessions keep what they have agreed on.',
  scope: 'agreements',
  params: { name: DOMAIN_PARAM },
  body: z.strictObject({ spInfo: SP_INFO.nullable().optional(), services: SERVICES.nullable().optional() }),
  answer: { status: 200, says: 'The domain as it is now.', schema: DOMAIN },
  refusals: [404, 412],
  changes: true,
});

@AdminController()
export class ChangeDomainController {
  constructor(@Inject(ChangeDomain) private readonly change: ChangeDomain) {}

  @Serves(CHANGE_DOMAIN)
  async serve(
    @Input() { params, body }: InputOf<typeof CHANGE_DOMAIN>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const outcome = await this.change.execute(actor, {
      name: params.name,
      spInfo: body.spInfo && spInfoOf(body.spInfo),
      services: body.services,
      expectedRevision: expectedRevision(request),
    });
    switch (outcome.kind) {
      case 'changed':
        tell(reply, outcome.domain.revision);
        return domainDto(outcome.domain);
      case 'unknown':
        throw unknownDomain();
      case 'stale':
        throw changedMeanwhile();
      case 'unknown-services':
        throw unknownServices(outcome);
      default:
        return assertNever(outcome);
    }
  }
}
