import { Inject, Req } from '@nestjs/common';
import { type Actor, DeleteDomain } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision } from '../http/revisions.js';
import { Problem } from '../problem.filter.js';
import { DOMAIN_PARAM } from './domain.dto.js';
import { unknownDomain } from './domain-problems.js';

const DELETE_DOMAIN = operation({
  method: 'DELETE',
  path: '/domains/:name',
  name: 'deleteDomain',
  noun: 'domains',
  summary: 'Serves a domain no more.',
  description:
    'Refused as long as it has users, or an agreement allows it or has our name from it (ownServiceID).',
  scope: 'agreements',
  params: { name: DOMAIN_PARAM },
  answer: { status: 204, says: 'It is gone.' },
  refusals: [404, 409, 412],
  changes: true,
});

@AdminController()
export class DeleteDomainController {
  constructor(@Inject(DeleteDomain) private readonly remove: DeleteDomain) {}

  @Serves(DELETE_DOMAIN)
  async serve(
    @Input() { params }: InputOf<typeof DELETE_DOMAIN>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const outcome = await this.remove.execute(actor, params.name, expectedRevision(request));
    switch (outcome.kind) {
      case 'deleted':
        return;
      case 'unknown':
        throw unknownDomain();
      case 'stale':
        throw changedMeanwhile();
      case 'in-use': {
        const users = outcome.users ? ['Delete its users first.'] : [];
        const agreements = outcome.agreements
          ? ['Take it out of the domains and ownServiceID of the agreements first.']
          : [];
        throw new Problem(409, ['The domain is in use.', ...users, ...agreements].join(' '));
      }
      default:
        assertNever(outcome);
    }
  }
}
