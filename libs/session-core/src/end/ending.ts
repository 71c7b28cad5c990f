import type { EndedSession } from '../user-session.js';
import type { ShutOut } from '../ports/live-ends.port.js';

/** What a transaction of the ledger ended. */
export interface Ends {
  /** Ended by this transaction: counted, logged and removed from the live store. */
  readonly ended: readonly EndedSession[];
  /** Ended before. The process that ended them may have died before the live store knew, so they are removed again. */
  readonly endedBefore?: readonly EndedSession[];
  /** Sessions that a job still ends: from now on the live store answers for none of them. */
  readonly shutOut?: ShutOut | undefined;
}

let outcomeOf: <T>(ending: Ending<T>) => { readonly outcome: T; readonly ends: Ends };

/**
 * The outcome of a transaction that may have ended sessions. Only `SessionEnd` and `HeldEnds` can open it. So no caller
 * can use the outcome before the live store has the ends too (V1).
 */
export class Ending<T> {
  readonly #outcome: T;
  readonly #ends: Ends;

  constructor(outcome: T, ends: Ends) {
    this.#outcome = outcome;
    this.#ends = ends;
  }

  static {
    outcomeOf = <U>(ending: Ending<U>) => ({ outcome: ending.#outcome, ends: ending.#ends });
  }

  /** Ended nothing. */
  static nothing<T>(outcome: T): Ending<T> {
    return new Ending(outcome, { ended: [] });
  }

  /** Those that it ended are the outcome. */
  static of(ended: readonly EndedSession[]): Ending<readonly EndedSession[]> {
    return new Ending(ended, { ended });
  }

  map<U>(change: (outcome: T) => U): Ending<U> {
    return new Ending(change(this.#outcome), this.#ends);
  }
}

/** For `SessionEnd` and `HeldEnds` alone: not exported from the room. */
export { outcomeOf };
