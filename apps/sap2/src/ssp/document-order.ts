/**
 * Runs the transactions of one message: those that touch the same user or user session one after another, in document
 * order, the others side by side (ssp-binding §1). One that may touch anybody waits for all before it, and all after it
 * wait for it. Answers keep the order of the requests.
 */
export async function inDocumentOrder<T, R>(
  items: readonly T[],
  touches: (item: T) => readonly string[] | 'everybody',
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const tails = new Map<string, Promise<unknown>>();
  let lastForEverybody: Promise<unknown> | undefined;
  const answers = items.map((item) => {
    const keys = touches(item);
    const before = keys === 'everybody' ? [...tails.values()] : keys.map((key) => tails.get(key));
    const answer = Promise.allSettled([lastForEverybody, ...before]).then(() => run(item));
    if (keys === 'everybody') {
      tails.clear();
      lastForEverybody = answer;
    } else for (const key of keys) tails.set(key, answer);
    return answer;
  });
  return Promise.all(answers);
}
