import type { AnchorFault } from '@sap2/administration';
import { z } from 'zod';
import { PAGE_QUERY, pageOf, shortText, time, wholeNumber } from '../http/fields.js';
import { NDJSON } from '../http/ndjson.js';
import { operations } from '../http/operation.js';

export const AUDIT_ENTRY = z
  .object({
    seq: z.int().describe('1, 2, 3 … without a gap.'),
    at: z.iso.datetime(),
    actor: z.string().describe('Administrator, `cli:<user>` or `seed`.'),
    from: z.string().describe('Network address, or `local`.'),
    requestID: z.string(),
    action: z.string().describe('Noun and verb: `user.suspend`.'),
    target: z.string().describe('Kind and name: `user wv:alice@provider.example`.'),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    previousHash: z.string().describe('Hash of the previous entry; 64 zeros for the first.'),
    hash: z.string().describe('SHA-256 over the previous hash and the content, hex.'),
  })
  .meta({ id: 'AuditEntry' });

const MARK = z.object({ seq: z.int(), hash: z.string() });

export const AUDIT_VERDICT = z
  .object({
    sound: z.boolean(),
    entries: z.int().optional().describe('Number of verified entries.'),
    brokenAt: z.int().optional().describe('The first entry that differs from what was written.'),
    problem: z.enum(['missing', 'unlinked', 'changed', 'unclaimed']).optional(),
    anchor: MARK.describe('The last entry that retention dropped.'),
    head: MARK.describe('The last entry that was written.'),
  })
  .meta({ id: 'AuditVerdict' });

/** The answer lists the first ones only. */
export const MAX_PROBLEMS = 100;

const FAULTS = [
  'unreadable',
  'unknown-key',
  'wrong-signature',
  'other-installation',
  'cut',
  'missing',
  'rewritten',
  'dropped',
] as const satisfies readonly AnchorFault[];

export const ANCHORS_VERDICT = AUDIT_VERDICT.extend({
  sound: z.boolean().describe('The verdict on the chain, and the problems of the anchors.'),
  anchors: z.object({
    lines: z.int().describe('Number of given lines.'),
    matching: z.int().describe('Lines whose entry is in the audit unchanged.'),
    retired: z.int().describe('Lines whose entry was dropped by retention, as an entry of the audit says.'),
    wrong: z.int().describe('All other lines.'),
    problems: z
      .array(
        z.object({
          line: z.int().describe('From 1.'),
          seq: z.int().optional().describe('Number of the anchored entry.'),
          problem: z.enum(FAULTS),
          detail: z.string(),
        }),
      )
      .describe(`Problems by line; the first ${MAX_PROBLEMS}.`),
  }),
}).meta({ id: 'AnchorsVerdict' });

const AUDIT_FILTER = {
  actor: shortText
    .optional()
    .describe('Name of an administrator, or `cli:` and the name of a user of the machine.'),
  action: shortText.optional().describe('Such as `user.suspend`.'),
  target: shortText.optional().describe('Such as `user wv:alice@provider.example`.'),
  since: time.optional().describe('At this time (RFC 3339) or after it.'),
  until: time.optional().describe('Before this time.'),
} as const;

export const AUDIT_TRAIL = operations('audit', {
  listAudit: {
    command: 'audit list',
    route: 'GET /audit',
    summary: 'The acts of administrators, the newest first.',
    scope: 'admin',
    query: { ...PAGE_QUERY, ...AUDIT_FILTER },
    answer: { status: 200, says: 'A page of entries.', schema: pageOf(AUDIT_ENTRY) },
  },
  verifyAudit: {
    command: {
      name: 'audit verify',
      lines: {
        option: 'anchor',
        says: 'compares it with the signed anchors in this file, - for standard input',
        operation: 'verifyAuditAnchors',
      },
    },
    route: 'GET /audit/verify',
    summary: 'Verifies the chain of hashes of the audit.',
    description:
      'Notices changed, removed and reordered entries, and a removed end. The owner of the database can forge the whole ' +
      'chain; `POST /audit/verify/anchors` notices that too.',
    scope: 'admin',
    answer: { status: 200, says: 'The verdict.', schema: AUDIT_VERDICT },
  },
  verifyAuditAnchors: {
    route: 'POST /audit/verify/anchors',
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
    command: 'audit show',
    route: 'GET /audit/:seq',
    summary: 'One entry of the audit.',
    scope: 'admin',
    params: { seq: wholeNumber(1, 2_147_483_647).describe('Number of the entry.') },
    answer: { status: 200, says: 'The entry.', schema: AUDIT_ENTRY },
  },
});
