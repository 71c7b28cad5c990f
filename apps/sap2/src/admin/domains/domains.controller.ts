import { Inject } from '@nestjs/common';
import { type DomainRecord, Domains } from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { Serves } from '../http/operation.js';
import { found, wished } from '../http/outcomes.js';
import { DOMAIN_REFUSALS, type DomainDto, domainDto, spInfoOf, unknownDomain } from './domain.dto.js';
import { DOMAINS } from './domains.operations.js';

@AdminController()
export class DomainsController {
  constructor(@Inject(Domains) private readonly domains: Domains) {}

  @Serves(DOMAINS.createDomain)
  async create(@Asked() call: Call<typeof DOMAINS.createDomain>): Promise<DomainDto> {
    const { name, spInfo, services } = call.body;
    const entry = { name, spInfo: spInfo && spInfoOf(spInfo), services };
    const domain = await call.once(
      async () => wished(await this.domains.create(call.actor, entry), 'created', DOMAIN_REFUSALS).domain,
      (created) => this.find(created),
    );
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.listDomains)
  list(@Asked() call: Call<typeof DOMAINS.listDomains>): Promise<Page<DomainDto>> {
    return call.page(
      {},
      (after, limit) => this.domains.page(after?.[0] as Domain | undefined, limit),
      ({ name }) => [name],
      domainDto,
    );
  }

  @Serves(DOMAINS.getDomain)
  async get(@Asked() call: Call<typeof DOMAINS.getDomain>): Promise<DomainDto> {
    const domain = await this.find(call.params.name);
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.changeDomain)
  async change(@Asked() call: Call<typeof DOMAINS.changeDomain>): Promise<DomainDto> {
    const { actor, params, body } = call;
    const change = { spInfo: body.spInfo && spInfoOf(body.spInfo), services: body.services };
    const outcome = await this.domains.change(actor, params.name, change, call.expectedRevision);
    const { domain } = wished(outcome, 'changed', DOMAIN_REFUSALS);
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.deleteDomain)
  async delete(@Asked() call: Call<typeof DOMAINS.deleteDomain>): Promise<void> {
    const outcome = await this.domains.delete(call.actor, call.params.name, call.expectedRevision);
    wished(outcome, 'deleted', DOMAIN_REFUSALS);
  }

  private async find(name: string): Promise<DomainRecord> {
    return found(await this.domains.find(name), unknownDomain);
  }
}
