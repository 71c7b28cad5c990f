import type { EndCause } from '@sap2/session-core';

export const STATISTICS = Symbol('Statistics');

export interface LiveCount {
  readonly domain: string;
  readonly peer: string;
  readonly sessions: number;
}

/** What happened on one day. */
export interface DayCount {
  /** UTC, `2026-11-27`. */
  readonly day: string;
  readonly logins: number;
  /** Causes that occurred. */
  readonly ends: Readonly<Partial<Record<EndCause, number>>>;
}

/** Counts that are kept as sessions come and go: to read them costs the same, however many there are. */
export interface Statistics {
  /** Pairs with live sessions. */
  live(): Promise<readonly LiveCount[]>;
  /** Today and the days before it, so many in all, newest first. */
  days(count: number): Promise<readonly DayCount[]>;
  /** Sums up some of what was counted since. Returns how many entries. */
  sumUp(): Promise<number>;
}
