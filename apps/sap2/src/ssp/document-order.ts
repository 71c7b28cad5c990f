/**
 * Runs the transactions of one message: those that touch the same user or user session one after another, in document
 * order, the others side by side (ssp-binding §1). Answers keep the order of the requests.
 */
export async function inDocumentOrder<T, R>(
  items: readonly T[],
  touches: (item: T) => readonly string[],
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const tails = new Map<string, Promise<unknown>>();
  const answers = items.map((item) => {
    const keys = touches(item);
    const before = keys.flatMap((key) => tails.get(key) ?? []);
    const answer = Promise.allSettled(before).then(() => run(item));
    for (const key of keys) tails.set(key, answer);
    return answer;
  });
  return Promise.all(answers);
}
