import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;
/** Generous: the machine may be busy with everything else. It bounds no time of the service. */
const DEADLINE_MS = 120_000;

/** Polls until `look` gives something other than undefined or false. @throws Error when it takes too long */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    await pause(POLL_MS);
  }
  throw new Error(`waited in vain: ${what}`);
}
