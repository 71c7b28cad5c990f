import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;

/** What `look` gives at last. @throws Error that says what did not come about */
export async function until<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}`);
    await pause(POLL_MS);
  }
}
