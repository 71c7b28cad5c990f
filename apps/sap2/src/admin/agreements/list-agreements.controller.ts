import { Inject } from '@nestjs/common';
import { AGREEMENT_BOOK, type AgreementBook } from '@sap2/administration';
import type { ServiceID } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { Cursors } from '../http/cursors.js';
import { PAGE_QUERY, pageOf, yesOrNo } from '../http/fields.js';
import { Input } from '../http/input.js';
import { DOMAIN_NAME, domainOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { AGREEMENT, agreementDto } from './agreement.dto.js';

const LIST_AGREEMENTS = operation({
  method: 'GET',
  path: '/agreements',
  name: 'listAgreements',
  command: { noun: 'agreement', verb: 'list' },
  noun: 'agreements',
  summary: 'The agreements with operators, in the order of their names.',
  scope: 'read',
  query: {
    ...PAGE_QUERY,
    enabled: yesOrNo.optional().describe('Only those that are, or are not.'),
    domain: DOMAIN_NAME.optional().describe('That the peer may log in users of.'),
  },
  answer: { status: 200, says: 'A page of agreements.', schema: pageOf(AGREEMENT) },
});

@AdminController()
export class ListAgreementsController {
  constructor(
    @Inject(AGREEMENT_BOOK) private readonly book: AgreementBook,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_AGREEMENTS)
  list(@Input() { query }: InputOf<typeof LIST_AGREEMENTS>): Promise<object> {
    const filter = { enabled: query.enabled, domain: domainOf(query.domain) };
    return this.cursors.page(
      { list: LIST_AGREEMENTS.name, filters: filter },
      query,
      (after, limit) => this.book.page(filter, after?.[0] as ServiceID | undefined, limit),
      ({ serviceID }) => [serviceID],
      agreementDto,
    );
  }
}
