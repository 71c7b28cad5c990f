import { Inject } from '@nestjs/common';
import { AUDIT, type Audit } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { operation, Serves } from '../http/operation.js';
import { Input } from '../http/input.js';
import { AUDIT_VERDICT, auditVerdictDto } from './audit-entry.dto.js';

const VERIFY_AUDIT = operation({
  method: 'GET',
  path: '/audit/verify',
  name: 'verifyAudit',
  noun: 'audit',
  summary: 'Computes the chain of hashes again: is the audit what was written?',
  description:
    'Notices changed, removed and reordered entries, and a cut tail. Whoever can write to the database as its owner can ' +
    'forge all of it; `POST /audit/verify/anchors` notices that too.',
  scope: 'admin',
  answer: { status: 200, says: 'The verdict.', schema: AUDIT_VERDICT },
});

@AdminController()
export class VerifyAuditController {
  constructor(@Inject(AUDIT) private readonly audit: Audit) {}

  @Serves(VERIFY_AUDIT)
  async verify(@Input() _nothing: unknown): Promise<object> {
    return auditVerdictDto(await this.audit.verify());
  }
}
