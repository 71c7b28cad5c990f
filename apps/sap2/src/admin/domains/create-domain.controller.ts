import { Inject, Res } from '@nestjs/common';
import { type Actor, CreateDomain, type DomainRecord, DOMAINS, type Domains } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { Domain } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { IdempotentCreations } from '../http/creations.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import { DOMAIN, DOMAIN_PARAM, domainDto, SERVICES, SP_INFO, spInfoOf } from './domain.dto.js';
import { unknownDomain, unknownServices } from './domain-problems.js';

const CREATE_DOMAIN = operation({
  method: 'POST',
  path: '/domains',
  name: 'createDomain',
  noun: 'domains',
  summary: 'Serves one more domain.',
  scope: 'agreements',
  body: z.strictObject({ name: DOMAIN_PARAM, spInfo: SP_INFO.optional(), services: SERVICES.optional() }),
  answer: { status: 201, says: 'The domain.', schema: DOMAIN },
  refusals: [409, 422],
  creates: true,
});

@AdminController()
export class CreateDomainController {
  constructor(
    @Inject(CreateDomain) private readonly create: CreateDomain,
    @Inject(DOMAINS) private readonly domains: Domains,
    @Inject(IdempotentCreations) private readonly creations: IdempotentCreations,
  ) {}

  @Serves(CREATE_DOMAIN)
  async serve(
    @Input() { body }: InputOf<typeof CREATE_DOMAIN>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const domain = await this.creations.once(
      actor,
      () => this.created(actor, body),
      async (name) => {
        const found = await this.domains.find(name as Domain);
        if (found === undefined) throw unknownDomain();
        return found;
      },
    );
    tell(reply, domain.revision);
    return domainDto(domain);
  }

  private async created(actor: Actor, body: InputOf<typeof CREATE_DOMAIN>['body']): Promise<DomainRecord> {
    const { name, spInfo, services } = body;
    const outcome = await this.create.execute(actor, { name, spInfo: spInfo && spInfoOf(spInfo), services });
    switch (outcome.kind) {
      case 'created':
        return outcome.domain;
      case 'exists':
        throw new Problem(409, 'This domain is served already; change it with PATCH.');
      case 'not-a-domain':
        throw new Problem(400, 'The name is not a domain.', [
          { pointer: '/name', detail: 'It must be a domain such as provider.example.' },
        ]);
      case 'unknown-services':
        throw unknownServices(outcome);
      default:
        return assertNever(outcome);
    }
  }
}
