import { Inject } from '@nestjs/common';
import { AUDIT, type Audit } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Cursors } from '../http/cursors.js';
import { msOf, PAGE_QUERY, pageOf, shortText, time } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { AUDIT_ENTRY, auditEntryDto } from './audit-entry.dto.js';

const LIST_AUDIT = operation({
  method: 'GET',
  path: '/audit',
  name: 'listAudit',
  noun: 'audit',
  summary: 'Who did what to what, from where; the newest first.',
  scope: 'admin',
  query: {
    ...PAGE_QUERY,
    actor: shortText.optional().describe('Name of an administrator, or `cli:` and a user of the machine.'),
    action: shortText.optional().describe('Such as `user.suspend`.'),
    target: shortText.optional().describe('Such as `user wv:alice@provider.example`.'),
    since: time.optional().describe('At this time (RFC 3339) or after it.'),
    until: time.optional().describe('Before this time.'),
  },
  answer: { status: 200, says: 'A page of entries.', schema: pageOf(AUDIT_ENTRY) },
});

@AdminController()
export class ListAuditController {
  constructor(
    @Inject(AUDIT) private readonly audit: Audit,
    @Inject(Cursors) private readonly cursors: Cursors,
  ) {}

  @Serves(LIST_AUDIT)
  list(@Input() { query }: InputOf<typeof LIST_AUDIT>): Promise<object> {
    const { limit: _limit, cursor: _cursor, ...filters } = query;
    const { actor, action, target, since, until } = filters;
    const question = {
      actor,
      action,
      target,
      sinceMs: since === undefined ? undefined : msOf(since),
      untilMs: until === undefined ? undefined : msOf(until),
    };
    return this.cursors.page(
      { list: LIST_AUDIT.name, filters },
      query,
      (before, limit) => this.audit.page(question, before?.[0] as number | undefined, limit),
      ({ seq }) => [seq],
      auditEntryDto,
    );
  }
}
