import { PAGE_QUERY, pageOf, wholeNumber } from '../http/fields.js';
import { operations } from '../http/operation.js';
import { AUDIT_ENTRY, AUDIT_FILTER, AUDIT_VERDICT } from './audit-entry.dto.js';

export const AUDIT_TRAIL = operations('audit', {
  listAudit: {
    command: { noun: 'audit', verb: 'list' },
    method: 'GET',
    path: '/audit',
    summary: 'Who did what to what, from where; the newest first.',
    scope: 'admin',
    query: { ...PAGE_QUERY, ...AUDIT_FILTER },
    answer: { status: 200, says: 'A page of entries.', schema: pageOf(AUDIT_ENTRY) },
  },
  verifyAudit: {
    command: { noun: 'audit', verb: 'verify' },
    method: 'GET',
    path: '/audit/verify',
    summary: 'Computes the chain of hashes again: is the audit what was written?',
    description:
      'Notices changed, removed and reordered entries, and a cut tail. Whoever can write to the database as its owner can ' +
      'forge all of it; keep `head` somewhere else to notice that too.',
    scope: 'admin',
    answer: { status: 200, says: 'The verdict.', schema: AUDIT_VERDICT },
  },
  getAuditEntry: {
    command: { noun: 'audit', verb: 'show' },
    method: 'GET',
    path: '/audit/:seq',
    summary: 'One entry of the audit.',
    scope: 'admin',
    params: { seq: wholeNumber(1, 2_147_483_647).describe('Number of the entry.') },
    answer: { status: 200, says: 'The entry.', schema: AUDIT_ENTRY },
    refusals: [404],
  },
});
