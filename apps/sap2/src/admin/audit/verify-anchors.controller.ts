import { Inject, Req } from '@nestjs/common';
import { AUDIT, type Audit } from '@sap2/administration';
import type { FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { NDJSON } from '../http/ndjson.js';
import { operation, Serves } from '../http/operation.js';
import { streamOf } from '../http/streamed-bodies.js';
import { anchorLines } from './anchor-lines.js';
import { ANCHORS_VERDICT, anchorsVerdictDto } from './anchors-verdict.dto.js';

const VERIFY_ANCHORS = operation({
  method: 'POST',
  path: '/audit/verify/anchors',
  name: 'verifyAuditAnchors',
  noun: 'audit',
  summary: 'The same as `verifyAudit`, and does the audit hold what signed anchors say?',
  description:
    'A line is an anchor, as the service wrote it to `SAP2_AUDIT_ANCHOR_FILE`, or a line of its log with the event ' +
    '`audit_head_signed`. Notices what the owner of the database cut off, took out, or wrote anew. What retention ' +
    'dropped is no fault.',
  scope: 'admin',
  streams: NDJSON,
  answer: { status: 200, says: 'The verdict.', schema: ANCHORS_VERDICT },
  refusals: [413, 415],
});

@AdminController()
export class VerifyAnchorsController {
  constructor(@Inject(AUDIT) private readonly audit: Audit) {}

  @Serves(VERIFY_ANCHORS)
  async verify(@Input() _nothing: unknown, @Req() request: FastifyRequest): Promise<object> {
    // All of them first: a slow caller holds no transaction.
    const lines = await anchorLines(streamOf(request, NDJSON));
    return anchorsVerdictDto(await this.audit.verifyAgainst(lines), lines.length);
  }
}
