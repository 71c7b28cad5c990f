/** ssp-binding §5: 1, 2, 4 … 300 s. */
const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;

/**
 * Up to this part is taken off, so that what failed together does not come back together: not all peers at once, and
 * not in one message with the one transaction that the peer cannot stomach.
 */
const JITTER = 0.25;

/**
 * Milliseconds to wait after one more failed attempt.
 * @param failedBefore attempts that had failed before this one
 * @param fraction 0 ≤ fraction < 1, a throw of the dice
 */
export function backOffMs(failedBefore: number, fraction: number, longestMs = LONGEST_MS): number {
  const nominal = Math.min(FIRST_MS * 2 ** failedBefore, longestMs);
  return Math.round(nominal * (1 - JITTER * fraction));
}
