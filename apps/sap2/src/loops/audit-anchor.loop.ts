import type { Audit, AuditAnchor } from '@sap2/administration';
import type { Clock } from '@sap2/kernel';
import type { EventLog, Measures } from '@sap2/observability';
import type { Loop } from './loop.js';

/** Where anchors are kept: not in the database. */
export interface AnchorPlace {
  readonly name: 'log' | 'file' | 'url';
  /** Resolves when it is kept there; what it throws says why it is not. */
  write(anchor: AuditAnchor): Promise<void>;
}

/**
 * Writes the end of the audit trail to other places, at the start and when it has grown. One statement per interval
 * asks PostgreSQL. A failed place gets the next end, since a later end covers all before it. Only the memory of
 * this process has the record, because the owner of the database could change it there. So each process writes for
 * itself, and a double line does no harm.
 */
export function auditAnchorLoop(
  audit: Pick<Audit, 'signHead'>,
  places: readonly AnchorPlace[],
  intervalMs: number,
  { clock, log, measures }: { readonly clock: Clock; readonly log: EventLog; readonly measures: Measures },
): Loop {
  const written = new Map<AnchorPlace, string>();
  const write = async (place: AnchorPlace, anchor: AuditAnchor): Promise<void> => {
    if (written.get(place) === anchor.hash) return;
    try {
      await place.write(anchor);
      written.set(place, anchor.hash);
      measures.auditAnchor(place.name, 'written');
    } catch (error) {
      measures.auditAnchor(place.name, 'failed');
      log.warn('audit_anchor_not_written', { detail: `to the ${place.name}`, error });
    }
  };
  return {
    name: 'audit-anchor',
    pauseMs: intervalMs,
    step: async () => {
      const anchor = await audit.signHead(clock.nowMs());
      if (anchor !== undefined) await Promise.all(places.map((place) => write(place, anchor)));
      return 'rest';
    },
  };
}
