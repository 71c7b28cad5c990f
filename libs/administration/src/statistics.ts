import type { EndCause } from '@sap2/session-core';

export interface LiveCount {
  readonly domain: string;
  readonly peer: string;
  readonly sessions: number;
}

export interface DayCount {
  /** UTC, `2026-11-27`. */
  readonly day: string;
  readonly logins: number;
  readonly ends: Readonly<Partial<Record<EndCause, number>>>;
}

/** Counts that are kept as sessions come and go: to read them costs the same, however many there are. */
export interface SessionCounts {
  /** Pairs with live sessions. */
  live(): Promise<readonly LiveCount[]>;
  /** Today and the days before it, so many in all, newest first. */
  days(count: number): Promise<readonly DayCount[]>;
  /** Sums up some of what was counted since. Returns how many entries. */
  sumUp(): Promise<number>;
}

/** The counts of this moment and of the last days. */
export interface Overview {
  readonly sessions: number;
  /** In the order of names. */
  readonly byDomain: readonly NamedCount[];
  readonly byPeer: readonly NamedCount[];
  /** Newest first, today among them. */
  readonly days: readonly DayCount[];
}

export interface NamedCount {
  readonly name: string;
  readonly sessions: number;
}

export class Statistics {
  constructor(private readonly counts: Pick<SessionCounts, 'live' | 'days'>) {}

  async overview(dayCount: number): Promise<Overview> {
    const [live, days] = await Promise.all([this.counts.live(), this.counts.days(dayCount)]);
    return {
      sessions: live.reduce((sum, { sessions }) => sum + sessions, 0),
      byDomain: totals(live, 'domain'),
      byPeer: totals(live, 'peer'),
      days,
    };
  }
}

function totals(live: readonly LiveCount[], by: 'domain' | 'peer'): readonly NamedCount[] {
  const sums = new Map<string, number>();
  for (const count of live) sums.set(count[by], (sums.get(count[by]) ?? 0) + count.sessions);
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, sessions]) => ({ name, sessions }));
}
