import type { UserSessionID } from './ids.js';

/** Sessions in one call of a store: enough to be quick, few enough to hold no lock for long. What the ledger takes at most. */
export const STORE_BATCH = 500;

/**
 * Reads page after page in the order of ids. It works on each page before it reads the next, and adds up the
 * results.
 */
export async function throughPages<T extends { readonly id: UserSessionID }>(
  read: (after: UserSessionID | undefined, limit: number) => Promise<readonly T[]>,
  work: (page: readonly T[]) => Promise<number>,
): Promise<number> {
  let done = 0;
  let page: readonly T[] = [];
  do {
    page = await read(page.at(-1)?.id, STORE_BATCH);
    done += await work(page);
  } while (page.length === STORE_BATCH);
  return done;
}

/** Works on batch after batch of what is in memory already, and puts the results together. */
export async function inBatches<T, R>(
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<readonly R[]>,
  size = STORE_BATCH,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    results.push(...(await work(items.slice(start, start + size))));
  }
  return results;
}
