/** ssp-binding §5: 1, 2, 4 … 300 s. */
const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;

/**
 * At most this part is subtracted, so failed disconnects do not all return at once. This concerns several peers,
 * and one message with a disconnect that its peer cannot process.
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
