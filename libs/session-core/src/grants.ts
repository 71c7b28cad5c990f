import type { SessionStores } from './end-session.js';
import type { UserSessionID } from './ids.js';
import type { Caller, Grant, LiveSessions, Renewal, RenewOutcome } from './ports/live-sessions.port.js';
import { inBatches, STORE_BATCH } from './store-pages.js';

/** Rows in one statement: enough that a million sessions that change their epoch keep no peer waiting. */
const GRANTS_AT_ONCE = 2_000;

/** V9 allows 2 s. A ledger that takes longer counts as away, and no keep-alive waits for it. */
const LONGEST_WAIT_MS = 1_500;

/** How often a renewal is said again whose grant another renewal or a rebuild replaced before the ledger had it. */
const TRIES = 3;

/** Ids that hold another grant by now than the one recorded; or the ledger did not take them. */
type Written = ReadonlySet<UserSessionID> | 'ledger-away';

/**
 * Renews sessions, and answers when the ledger has the new grants. So a live store that is emptied in the next
 * moment gets them back (V3, V9). A renewal that changes nothing uses only the live store. All changes that arrive
 * while the ledger is busy become one statement.
 *
 * Without the ledger keep-alives continue. The grant is in force, and the live store lists it as drift until
 * `recordLeftOver` reaches the ledger again.
 */
export class Grants {
  private readonly waiting = new Map<UserSessionID, Grant>();
  private next: Promise<Written> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private isLedgerAway = false;
  private drifting: ReadonlySet<number> = new Set();

  constructor(
    private readonly stores: Pick<SessionStores, 'ledger' | 'live'>,
    private readonly pause: (ms: number) => Promise<unknown>,
    private readonly onLedgerFailed: (error: unknown) => void,
  ) {}

  async renew(
    renewals: readonly Renewal[],
    caller: Caller,
    sapEpoch: string | undefined,
  ): ReturnType<LiveSessions['renew']> {
    const { live } = this.stores;
    let outcomes = await live.renew(renewals, caller, sapEpoch);
    for (let tries = 1; tries < TRIES && (await this.isReplaced(unrecordedOf(outcomes))); tries += 1) {
      outcomes = await live.renew(renewals, caller, sapEpoch);
    }
    return outcomes;
  }

  /** Shards where the live store lists drift: `recordLeftOver` will look at them. */
  notice(shards: readonly number[]): void {
    this.drifting = new Set(shards);
  }

  /** Records the drift that no renewal waits for any more: its process died, or the ledger was away. Returns how much. */
  async recordLeftOver(): Promise<number> {
    const { live } = this.stores;
    let recorded = 0;
    for (const shard of this.drifting) {
      let page: readonly Grant[];
      do {
        page = await live.drift(shard, STORE_BATCH);
        if ((await this.write(page)) === 'ledger-away') return recorded;
        recorded += page.length;
      } while (page.length === STORE_BATCH);
    }
    this.drifting = new Set();
    return recorded;
  }

  /** Records the grants. Whether one of them was replaced meanwhile. */
  private async isReplaced(grants: readonly Grant[]): Promise<boolean> {
    if (grants.length === 0) return false;
    for (const grant of grants) this.waiting.set(grant.id, grant);
    const recorded = this.recorded();
    if (this.isLedgerAway) return false;
    const written = await this.inTime(recorded);
    return written !== 'ledger-away' && grants.some(({ id }) => written.has(id));
  }

  /** However many ask while a statement is under way, the next one serves them all. */
  private recorded(): Promise<Written> {
    this.next ??= this.last.then(() => {
      this.next = undefined;
      const grants = [...this.waiting.values()];
      this.waiting.clear();
      const written = this.write(grants);
      // The waiting callers get a failure of the live store. The next statement only waits for the end of this
      // one.
      this.last = written.catch(() => undefined);
      return written;
    });
    // Perhaps no caller waits any more.
    this.next.catch(() => undefined);
    return this.next;
  }

  /** Throws only if the live store fails; what a store did not confirm stays listed as drift. */
  private async write(grants: readonly Grant[]): Promise<Written> {
    const { ledger, live } = this.stores;
    try {
      await inBatches(
        grants,
        async (batch) => {
          await ledger.recordGrants(batch);
          return [];
        },
        GRANTS_AT_ONCE,
      );
      this.isLedgerAway = false;
    } catch (error) {
      this.isLedgerAway = true;
      this.onLedgerFailed(error);
      return 'ledger-away';
    }
    return new Set(await inBatches(grants, (batch) => live.settleDrift(batch), GRANTS_AT_ONCE));
  }

  private async inTime(recorded: Promise<Written>): Promise<Written> {
    let isOver = false;
    const tooLate = async (): Promise<Written> => {
      await this.pause(LONGEST_WAIT_MS);
      if (!isOver) this.isLedgerAway = true;
      return 'ledger-away';
    };
    try {
      return await Promise.race([recorded, tooLate()]);
    } finally {
      isOver = true;
    }
  }
}

function unrecordedOf(outcomes: readonly RenewOutcome[]): readonly Grant[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'renewed' ? (outcome.unrecorded ?? []) : []));
}
