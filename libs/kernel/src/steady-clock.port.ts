/** Milliseconds since some moment. It never goes back and never jumps: for ages within one process. */
export interface SteadyClock {
  nowMs(): number;
}
