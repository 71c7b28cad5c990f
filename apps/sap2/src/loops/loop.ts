import { setTimeout as wait } from 'node:timers/promises';

/** Waits, and returns early when the loop must stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

export interface Loop {
  readonly name: string;
  /** Between one step and the next, in milliseconds; a step that says `again` is followed at once. */
  readonly pauseMs: number;
  step(signal: AbortSignal): Promise<'again' | 'rest'>;
}

const LONGEST_RETRY_PAUSE_MS = 5_000;

/**
 * Repeats a step until it is stopped. If a step fails (a store is down), it reports this and tries again. The pause
 * doubles up to 5 s. So a loop never ends by itself, and continues soon after the store is back.
 */
export async function runLoop(
  loop: Loop,
  signal: AbortSignal,
  report: (loop: string, error: unknown) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let next: 'again' | 'rest' = 'rest';
    try {
      next = await loop.step(signal);
      failures = 0;
    } catch (error) {
      failures++;
      report(loop.name, error);
    }
    const pauseMs =
      failures === 0 ? loop.pauseMs : Math.min(1_000 * 2 ** (failures - 1), LONGEST_RETRY_PAUSE_MS);
    if (next === 'rest') await pause(pauseMs, signal);
  }
}
