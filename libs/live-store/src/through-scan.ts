/** Reads page after page of a SCAN of the server, and works on each before the next. */
export async function throughScan(
  scan: (cursor: string) => Promise<readonly [next: string, page: readonly string[]]>,
  work: (page: readonly string[]) => Promise<void>,
): Promise<void> {
  let cursor = '0';
  do {
    const [next, page] = await scan(cursor);
    await work(page);
    cursor = next;
  } while (cursor !== '0');
}
