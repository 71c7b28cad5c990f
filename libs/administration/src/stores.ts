import {
  type CompareStores,
  LiveStoreUnavailableError,
  type RepairMode,
  type RepairOutcome,
  type RepairStores,
  type StoreDifferences,
} from '@sap2/session-core';
import type { Actor } from './actor.js';
import type { Audit } from './audit-trail.js';

export const VERIFY_MODES = ['compare', 'repair', 'restored'] as const satisfies readonly (
  'compare' | RepairMode
)[];
export type VerifyMode = (typeof VERIFY_MODES)[number];

export interface StoresVerdict {
  readonly differences: StoreDifferences;
  /** Undefined: nothing was to be repaired. */
  readonly repair: RepairOutcome | undefined;
}

/** Compares PostgreSQL and Redis as a whole, and settles what they do not agree on where that is wanted. */
export class Stores {
  constructor(
    private readonly compare: CompareStores,
    private readonly repair: RepairStores,
    private readonly audit: Pick<Audit, 'note'>,
  ) {}

  /** @throws LiveStoreUnavailableError while it is being rebuilt; after a restore no peer is served, so it need not be rebuilt first */
  async verify(actor: Actor, mode: VerifyMode): Promise<StoresVerdict> {
    const differences = await this.compare.execute();
    const { missing, leftOver, lostShards } = differences;
    if (lostShards.length > 0 && mode !== 'restored') {
      throw new LiveStoreUnavailableError('the live store is being rebuilt');
    }
    if (mode === 'compare') return { differences, repair: undefined };
    const after = { mode, missing: missing.length, leftOver: leftOver.length };
    await this.audit.note(actor, { action: 'stores.repair', target: 'stores', after });
    return { differences, repair: await this.repair.execute(differences, mode, REASONS[mode]) };
  }
}

const REASONS = {
  repair: 'the stores did not agree on it',
  restored: 'the database was restored from a backup',
} as const satisfies Record<RepairMode, string>;
