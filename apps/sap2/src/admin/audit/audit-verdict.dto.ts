import type {
  AnchorFault,
  AnchorProblem,
  AnchorsVerdict,
  AuditAnchor,
  AuditVerdict,
} from '@sap2/administration';
import type { z } from 'zod';
import { type ANCHORS_VERDICT, type AUDIT_VERDICT, MAX_PROBLEMS } from './audit.operations.js';

type AnchorsVerdictDto = z.output<typeof ANCHORS_VERDICT>;

export const auditVerdictDto = (verdict: AuditVerdict): z.output<typeof AUDIT_VERDICT> => {
  const { anchor, head } = verdict;
  return verdict.kind === 'sound'
    ? { sound: true, entries: verdict.entries, anchor, head }
    : { sound: false, brokenAt: verdict.seq, problem: verdict.problem, anchor, head };
};

export const anchorsVerdictDto = (
  { chain, anchors }: { readonly chain: AuditVerdict; readonly anchors: AnchorsVerdict },
  lines: number,
): AnchorsVerdictDto => {
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

const problemDto = (
  { line, fault, anchor }: AnchorProblem,
  chain: AuditVerdict,
): AnchorsVerdictDto['anchors']['problems'][number] => ({
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
