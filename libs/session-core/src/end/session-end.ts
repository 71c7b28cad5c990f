import { shardOfSession, type UserSessionID } from '../ids.js';
import type { LiveEnds, ShutOut } from '../ports/live-ends.port.js';
import { inBatches } from '../store-pages.js';
import type { EndedSession } from '../user-session.js';
import { Ending, type Ends, outcomeOf } from './ending.js';

/** Counts and logs each end once, in the process that ended it. */
export type EndReport = (ended: readonly EndedSession[]) => void;

/**
 * The one place that makes an end true outside the ledger: reported, and out of the live store. The transaction itself
 * wakes the delivery (`NOTIFY`), since the duty to tell the owner is one of its rows.
 */
export class SessionEnd {
  constructor(
    private readonly live: LiveEnds,
    private readonly report: EndReport,
  ) {}

  /**
   * The outcome of the act, once both stores have it. It leaves out the shards in `lostShards`: they refuse every
   * removal, and their rebuild reads the ledger.
   *
   * @throws LiveStoreUnavailableError if the act is done but the live store does not have it yet. The delivery, the
   *   reconciliation and a repetition of the act each remove the sessions again.
   */
  async announce<T>(act: Promise<Ending<T>>, lostShards: readonly number[] = []): Promise<T> {
    const { outcome, ends } = outcomeOf(await act);
    const { ended, endedBefore = [], shutOut } = ends;
    if (ended.length > 0) this.report(ended);
    if (shutOut !== undefined) await this.live.shutOut(shutOut);
    await this.repeat(
      [...ended, ...endedBefore].filter(({ id }) => !lostShards.includes(shardOfSession(id))),
    );
    return outcome;
  }

  /** Says once more what a live store that lost its content, or its last writes, may not know. */
  async shutOut(shuts: readonly ShutOut[]): Promise<void> {
    for (const shut of shuts) await this.live.shutOut(shut);
  }

  letIn(shut: Pick<ShutOut, 'peer' | 'job'>): Promise<void> {
    return this.live.letIn(shut);
  }

  /**
   * Removes sessions that the ledger ended before, or never had, from the live store. Returns those whose login answer
   * may still be under way: their owner must not hear of the end yet.
   */
  async repeat(
    ended: readonly EndedSession[],
  ): Promise<{ readonly notHandedOver: readonly UserSessionID[] }> {
    const notHandedOver = await inBatches(
      ended,
      async (batch) => (await this.live.remove(batch)).notHandedOver,
    );
    return { notHandedOver };
  }
}

/**
 * Ends of several acts in one transaction. They wait for the commit, and `SessionEnd` announces them then. An
 * earlier announcement could differ from a ledger that rolls back.
 */
export class HeldEnds {
  private readonly held: Ends[] = [];

  async announce<T>(act: Promise<Ending<T>>): Promise<T> {
    const { outcome, ends } = outcomeOf(await act);
    this.held.push({ ended: ends.ended, shutOut: ends.shutOut });
    return outcome;
  }

  get count(): number {
    return this.held.reduce((sum, { ended }) => sum + ended.length, 0);
  }

  /** After the commit. @throws LiveStoreUnavailableError as `SessionEnd.announce` does */
  async release(end: SessionEnd): Promise<void> {
    for (const ends of this.held) await end.announce(Promise.resolve(new Ending(undefined, ends)));
  }
}
