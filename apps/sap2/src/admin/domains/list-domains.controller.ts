import { Inject } from '@nestjs/common';
import { DOMAINS, type Domains } from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { DOMAIN, domainDto } from './domain.dto.js';

const LIST_DOMAINS = operation({
  method: 'GET',
  path: '/domains',
  name: 'listDomains',
  noun: 'domains',
  summary: 'The domains that are served, in the order of their names.',
  scope: 'read',
  query: PAGE_QUERY,
  answer: { status: 200, says: 'A page of domains.', schema: pageOf(DOMAIN) },
});

@AdminController()
export class ListDomainsController {
  constructor(
    @Inject(DOMAINS) private readonly domains: Domains,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_DOMAINS)
  list(@Input() { query }: InputOf<typeof LIST_DOMAINS>): Promise<object> {
    return this.cursors.page(
      { list: LIST_DOMAINS.name, filters: {} },
      query,
      (after, limit) => this.domains.page(after?.[0] as Domain | undefined, limit),
      ({ name }) => [name],
      domainDto,
    );
  }
}
