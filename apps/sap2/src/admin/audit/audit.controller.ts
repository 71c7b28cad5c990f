import { Inject } from '@nestjs/common';
import { AUDIT, type Audit, type AuditEntry } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { msOf } from '../http/fields.js';
import { NDJSON } from '../http/ndjson.js';
import { Serves } from '../http/serves.js';
import { found } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { streamOf } from '../http/streamed-bodies.js';
import { Problem } from '../problem.filter.js';
import { anchorLines } from './anchor-lines.js';
import { AUDIT_ENTRY, AUDIT_TRAIL } from './audit.operations.js';
import { anchorsVerdictDto, auditVerdictDto } from './audit-verdict.dto.js';

@AdminController()
export class AuditController {
  constructor(@Inject(AUDIT) private readonly audit: Audit) {}

  @Serves(AUDIT_TRAIL.listAudit)
  list(@Asked() call: Call<typeof AUDIT_TRAIL.listAudit>) {
    const { actor, action, target, since, until } = call.query;
    const question = { actor, action, target, sinceMs: msOf(since), untilMs: msOf(until) };
    return call.page(
      question,
      (before, limit) => this.audit.page(question, before?.[0] as number | undefined, limit),
      ({ seq }) => [seq],
      entryDto,
    );
  }

  @Serves(AUDIT_TRAIL.verifyAudit)
  async verify(@Asked() _call: Call<typeof AUDIT_TRAIL.verifyAudit>) {
    return auditVerdictDto(await this.audit.verify());
  }

  @Serves(AUDIT_TRAIL.verifyAuditAnchors)
  async verifyAnchors(@Asked() { request }: Call<typeof AUDIT_TRAIL.verifyAuditAnchors>) {
    // All of them first: a slow caller holds no transaction.
    const lines = await anchorLines(streamOf(request, NDJSON));
    return anchorsVerdictDto(await this.audit.verifyAgainst(lines), lines.length);
  }

  @Serves(AUDIT_TRAIL.getAuditEntry)
  async get(@Asked() { params }: Call<typeof AUDIT_TRAIL.getAuditEntry>) {
    return entryDto(found(await this.audit.find(params.seq), noEntry));
  }
}

const entryDto = (entry: AuditEntry) => shown(AUDIT_ENTRY, entry);

const noEntry = (): Problem => new Problem(404, 'The audit has no entry with this number.');
