import { askedTwiceDoneOnce } from './checks/asked-twice-done-once.js';
import { endedStaysEnded } from './checks/ended-stays-ended.js';
import { livesAsGranted } from './checks/lives-as-granted.js';
import { noEndVanishes } from './checks/no-end-vanishes.js';
import { noSecretIsWritten } from './checks/no-secret-is-written.js';
import { onlyForItsOwner } from './checks/only-for-its-owner.js';
import { storesAgree } from './checks/stores-agree.js';
import { withinTheLimits } from './checks/within-the-limits.js';
import type { History } from './history.js';

/** docs/reliability.md */
export type Invariant = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7' | 'V8';

const CHECKS = {
  V1: endedStaysEnded,
  V2: noEndVanishes,
  V3: livesAsGranted,
  V4: onlyForItsOwner,
  V5: askedTwiceDoneOnce,
  V6: withinTheLimits,
  V7: storesAgree,
  V8: noSecretIsWritten,
} satisfies Record<Invariant, (history: History) => readonly string[]>;

export interface Breach {
  readonly invariant: Invariant;
  readonly words: string;
}

/** Everything in a history that must not be. */
export const breachesOf = (history: History): readonly Breach[] =>
  Object.entries(CHECKS).flatMap(([invariant, check]) =>
    check(history).map((words) => ({ invariant: invariant as Invariant, words })),
  );
