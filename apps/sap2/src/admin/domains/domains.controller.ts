import { Inject } from '@nestjs/common';
import {
  type DeleteDomainOutcome,
  type DomainRecord,
  Domains,
  type UnknownServices,
  type WrongEntry,
} from '@sap2/administration';
import type { Domain } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { Problem } from '../problem.filter.js';
import { DOMAIN, DOMAINS } from './domains.operations.js';

@AdminController()
export class DomainsController {
  constructor(@Inject(Domains) private readonly domains: Domains) {}

  @Serves(DOMAINS.createDomain)
  async create(@Asked() call: Call<typeof DOMAINS.createDomain>) {
    const domain = await call.once(
      async () => wished(await this.domains.create(call.actor, call.body), 'created', REFUSALS).domain,
      (created) => this.find(created),
    );
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.listDomains)
  list(@Asked() call: Call<typeof DOMAINS.listDomains>) {
    return call.page(
      {},
      (after, limit) => this.domains.book.page(after?.[0] as Domain | undefined, limit),
      ({ name }) => [name],
      domainDto,
    );
  }

  @Serves(DOMAINS.getDomain)
  async get(@Asked() call: Call<typeof DOMAINS.getDomain>) {
    const domain = await this.find(call.params.name);
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.changeDomain)
  async change(@Asked() call: Call<typeof DOMAINS.changeDomain>) {
    const { actor, params, body, expectedRevision } = call;
    const outcome = await this.domains.change(actor, params.name, body, expectedRevision);
    const { domain } = wished(outcome, 'changed', REFUSALS);
    return call.revised(domain, domainDto(domain));
  }

  @Serves(DOMAINS.deleteDomain)
  async delete(@Asked() call: Call<typeof DOMAINS.deleteDomain>) {
    const outcome = await this.domains.delete(call.actor, call.params.name, call.expectedRevision);
    wished(outcome, 'deleted', REFUSALS);
  }

  private async find(name: string): Promise<DomainRecord> {
    return found(await this.domains.find(name), unknown);
  }
}

const domainDto = (record: DomainRecord) => shown(DOMAIN, record);

const unknown = (): Problem => new Problem(404, 'No such domain is served here.');

const REFUSALS = {
  unknown,
  exists: () => new Problem(409, 'This domain is served already; change it with PATCH.'),
  'not-a-domain': () =>
    new Problem(400, 'The name is not a domain.', [
      { pointer: '/name', detail: 'It must be a domain such as provider.example.' },
    ]),
  'unknown-services': ({ names }: UnknownServices) => {
    const detail = `The service tree has no ${names.join(', ')}.`;
    return new Problem(400, detail, [{ pointer: '/services', detail }]);
  },
  'wrong-entry': ({ fields }: WrongEntry) =>
    new Problem(
      400,
      'The domain is not valid; `errors` says where.',
      fields.map(({ field, what }) => ({ pointer: `/${field}`, detail: `It ${what}.` })),
    ),
  'in-use': ({ users, agreements }: Extract<DeleteDomainOutcome, { kind: 'in-use' }>) => {
    const first = [
      ...(users ? ['Delete its users first.'] : []),
      ...(agreements ? ['Take it out of the domains and ownServiceID of the agreements first.'] : []),
    ];
    return new Problem(409, ['The domain is in use.', ...first].join(' '));
  },
} as const;
