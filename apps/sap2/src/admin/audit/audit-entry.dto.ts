import type { AuditEntry, AuditQuestion, AuditVerdict } from '@sap2/administration';
import { z } from 'zod';
import { msOf, shortText, time, timeOf } from '../http/fields.js';

export const AUDIT_ENTRY = z.object({
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
});

export type AuditEntryDto = z.output<typeof AUDIT_ENTRY>;

export const auditEntryDto = ({ atMs, ...entry }: AuditEntry): AuditEntryDto => ({
  ...entry,
  at: timeOf(atMs),
});

const MARK = z.object({ seq: z.int(), hash: z.string() });

export const AUDIT_VERDICT = z.object({
  sound: z.boolean(),
  entries: z.int().optional().describe('Number of verified entries.'),
  brokenAt: z.int().optional().describe('The first entry that differs from what was written.'),
  problem: z.enum(['missing', 'unlinked', 'changed', 'unclaimed']).optional(),
  anchor: MARK.describe('The last entry that retention dropped.'),
  head: MARK.describe('The last entry that was written.'),
});

export type AuditVerdictDto = z.output<typeof AUDIT_VERDICT>;

export const auditVerdictDto = (verdict: AuditVerdict): AuditVerdictDto => {
  const { anchor, head } = verdict;
  return verdict.kind === 'sound'
    ? { sound: true, entries: verdict.entries, anchor, head }
    : { sound: false, brokenAt: verdict.seq, problem: verdict.problem, anchor, head };
};

export const AUDIT_FILTER = {
  actor: shortText
    .optional()
    .describe('Name of an administrator, or `cli:` and the name of a user of the machine.'),
  action: shortText.optional().describe('Such as `user.suspend`.'),
  target: shortText.optional().describe('Such as `user wv:alice@provider.example`.'),
  since: time.optional().describe('At this time (RFC 3339) or after it.'),
  until: time.optional().describe('Before this time.'),
} as const;

export const auditQuestionOf = (given: z.output<z.ZodObject<typeof AUDIT_FILTER>>): AuditQuestion => ({
  actor: given.actor,
  action: given.action,
  target: given.target,
  sinceMs: msOf(given.since),
  untilMs: msOf(given.until),
});
