import { PAGE_QUERY, pageOf, wholeNumber } from '../http/fields.js';
import { NDJSON } from '../http/ndjson.js';
import { operations } from '../http/operation.js';
import { ANCHORS_VERDICT } from './anchors-verdict.dto.js';
import { AUDIT_ENTRY, AUDIT_FILTER, AUDIT_VERDICT } from './audit-entry.dto.js';

export const AUDIT_TRAIL = operations('audit', {
  listAudit: {
    command: { noun: 'audit', verb: 'list' },
    method: 'GET',
    path: '/audit',
    summary: 'The acts of administrators, the newest first.',
    scope: 'admin',
    query: { ...PAGE_QUERY, ...AUDIT_FILTER },
    answer: { status: 200, says: 'A page of entries.', schema: pageOf(AUDIT_ENTRY) },
  },
  verifyAudit: {
    command: {
      noun: 'audit',
      verb: 'verify',
      lines: {
        option: 'anchor',
        says: 'compares it with the signed anchors in this file, - for standard input',
        operation: 'verifyAuditAnchors',
      },
    },
    method: 'GET',
    path: '/audit/verify',
    summary: 'Verifies the chain of hashes of the audit.',
    description:
      'Notices changed, removed and reordered entries, and a removed end. The owner of the database can forge the whole ' +
      'chain; `POST /audit/verify/anchors` notices that too.',
    scope: 'admin',
    answer: { status: 200, says: 'The verdict.', schema: AUDIT_VERDICT },
  },
  verifyAuditAnchors: {
    method: 'POST',
    path: '/audit/verify/anchors',
    summary: 'Verifies the chain as `verifyAudit` does, and compares it with signed anchors.',
    description:
      'A line is an anchor from `SAP2_AUDIT_ANCHOR_FILE`, or a line of the log with the event ' +
      '`audit_head_signed`. Notices entries that the owner of the database cut off, removed or rewrote. ' +
      'Entries that retention dropped are not a fault.',
    scope: 'admin',
    streams: NDJSON,
    answer: { status: 200, says: 'The verdict.', schema: ANCHORS_VERDICT },
    refusals: [413, 415],
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
