import { Inject } from '@nestjs/common';
import { AUDIT, type Audit } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { wholeNumber } from '../http/fields.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { AUDIT_ENTRY, auditEntryDto } from './audit-entry.dto.js';

const GET_AUDIT_ENTRY = operation({
  method: 'GET',
  path: '/audit/:seq',
  name: 'getAuditEntry',
  noun: 'audit',
  summary: 'One entry of the audit.',
  scope: 'admin',
  params: { seq: wholeNumber(1, 2_147_483_647).describe('Number of the entry.') },
  answer: { status: 200, says: 'The entry.', schema: AUDIT_ENTRY },
  refusals: [404],
});

@AdminController()
export class GetAuditEntryController {
  constructor(@Inject(AUDIT) private readonly audit: Audit) {}

  @Serves(GET_AUDIT_ENTRY)
  async get(@Input() { params }: InputOf<typeof GET_AUDIT_ENTRY>): Promise<object> {
    const entry = await this.audit.find(params.seq);
    if (entry === undefined) throw new Problem(404, 'The audit has no entry with this number.');
    return auditEntryDto(entry);
  }
}
