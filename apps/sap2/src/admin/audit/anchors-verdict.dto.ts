import type {
  AnchorFault,
  AnchorProblem,
  AnchorsVerdict,
  AuditAnchor,
  AuditVerdict,
} from '@sap2/administration';
import { z } from 'zod';
import { AUDIT_VERDICT, auditVerdictDto } from './audit-entry.dto.js';

/** The answer lists the first ones only. */
const MAX_PROBLEMS = 100;

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
});

export const anchorsVerdictDto = (
  { chain, anchors }: { readonly chain: AuditVerdict; readonly anchors: AnchorsVerdict },
  lines: number,
): z.output<typeof ANCHORS_VERDICT> => {
  const { matching, retired, problems } = anchors;
  const verdict = auditVerdictDto(chain);
  return {
    ...verdict,
    sound: verdict.sound && problems.length === 0,
    anchors: {
      lines,
      matching,
      retired,
      wrong: problems.length,
      problems: problems.slice(0, MAX_PROBLEMS).map((problem) => problemDto(problem, chain)),
    },
  };
};

export type AnchorsVerdictDto = z.output<typeof ANCHORS_VERDICT>;

const problemDto = (
  { line, fault, anchor }: AnchorProblem,
  chain: AuditVerdict,
): z.output<typeof ANCHORS_VERDICT>['anchors']['problems'][number] => ({
  line,
  seq: anchor?.seq,
  problem: fault,
  detail: anchor === undefined ? 'The line is no anchor.' : DETAILS[fault](anchor, chain),
});

const wasThere = ({ seq, signedAt }: AuditAnchor): string => `Entry ${seq} was in the audit at ${signedAt}`;

const DETAILS: Readonly<Record<AnchorFault, (anchor: AuditAnchor, chain: AuditVerdict) => string>> = {
  unreadable: () => 'The line is no anchor.',
  'unknown-key': ({ key }) => `It is signed with the key "${key}", which SAP2_SECRET_KEYS does not hold.`,
  'wrong-signature': () => 'Its signature is wrong: the line was changed, or this service did not write it.',
  'other-installation': ({ installation }) => `It is of another installation, ${installation}.`,
  cut: (anchor, { head }) => `${wasThere(anchor)}; the audit was cut, and ends at entry ${head.seq} now.`,
  missing: (anchor) => `${wasThere(anchor)}; it is missing now.`,
  rewritten: (anchor) => `${wasThere(anchor)} with another hash; it was rewritten.`,
  dropped: (anchor) => `${wasThere(anchor)}; it was dropped, and no entry says that retention did it.`,
};
