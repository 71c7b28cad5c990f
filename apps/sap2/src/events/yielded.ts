interface Waiting<T> {
  readonly item: T;
  readonly taken: () => void;
  readonly left: (reason: Error) => void;
}

/**
 * Turns work that gives its results to a callback into a generator. The work waits until the reader took each result. If
 * the reader stops early, `give` rejects, so that the work can end its transaction.
 */
export async function* yielded<T>(
  work: (give: (item: T) => Promise<void>) => Promise<void>,
): AsyncGenerator<T> {
  const state = { isOver: false, wake: (): void => undefined };
  const waiting: Waiting<T>[] = [];
  const give = (item: T): Promise<void> =>
    new Promise((taken, left) => {
      if (state.isOver) left(new ReaderLeft());
      else waiting.push({ item, taken, left });
      state.wake();
    });
  const finished = work(give)
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    .finally(() => {
      state.isOver = true;
      state.wake();
    });
  try {
    for (;;) {
      const [next] = waiting;
      if (next !== undefined) {
        yield next.item;
        waiting.shift();
        next.taken();
      } else if (state.isOver) break;
      else await new Promise<void>((resolve) => (state.wake = resolve));
    }
    const failure = await finished;
    if (failure !== undefined) throw failure.error;
  } finally {
    state.isOver = true;
    for (const { left } of waiting) left(new ReaderLeft());
  }
}

class ReaderLeft extends Error {
  override readonly name = 'ReaderLeft';
}
