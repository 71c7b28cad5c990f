/** Wall clock. Deadlines of user sessions do not use it: those are told by the live store's own clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
}
