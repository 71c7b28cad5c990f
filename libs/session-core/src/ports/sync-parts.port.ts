import type { ServiceID, UserSessionID } from '../ids.js';

export interface SyncPart {
  readonly peer: ServiceID;
  readonly syncID: string;
  readonly sapEpoch: string;
  readonly part: number;
  readonly parts: number;
  readonly listed: readonly UserSessionID[];
}

/** Parts of a sync gathered from any process, forgotten 60 s after the first one (ssp-binding §4.3). */
export interface SyncParts {
  /**
   * `complete` exactly once, for the call that adds the last missing part. `firstPartAtMs` is the arrival of part 1
   * by the live store's clock.
   */
  add(
    part: SyncPart,
  ): Promise<
    | { readonly complete: false }
    | { readonly complete: true; readonly firstPartAtMs: number; readonly listed: ReadonlySet<UserSessionID> }
  >;
}
