/** Wall clock. Deadlines of user sessions do not use it; they follow the clock of the live store. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
}
