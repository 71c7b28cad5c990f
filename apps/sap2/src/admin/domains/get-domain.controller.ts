import { Inject, Res } from '@nestjs/common';
import { DOMAINS, type Domains } from '@sap2/administration';
import { parseDomain } from '@sap2/session-core';
import type { FastifyReply } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { tell } from '../http/revisions.js';
import { DOMAIN, DOMAIN_PARAM, domainDto } from './domain.dto.js';
import { unknownDomain } from './domain-problems.js';

const GET_DOMAIN = operation({
  method: 'GET',
  path: '/domains/:name',
  name: 'getDomain',
  noun: 'domains',
  summary: 'One domain.',
  scope: 'read',
  params: { name: DOMAIN_PARAM },
  answer: { status: 200, says: 'The domain.', schema: DOMAIN },
  refusals: [404],
});

@AdminController()
export class GetDomainController {
  constructor(@Inject(DOMAINS) private readonly domains: Domains) {}

  @Serves(GET_DOMAIN)
  async get(
    @Input() { params }: InputOf<typeof GET_DOMAIN>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const name = parseDomain(params.name);
    const domain = name.ok ? await this.domains.find(name.value) : undefined;
    if (domain === undefined) throw unknownDomain();
    tell(reply, domain.revision);
    return domainDto(domain);
  }
}
