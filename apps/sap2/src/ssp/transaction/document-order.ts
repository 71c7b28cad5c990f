/**
 * The order in which the requests of one message take effect (ssp-binding §1). Requests for the same user or user
 * session run in document order, and the others at the same time. One that may touch any user waits for all
 * before it, and all after it wait for it.
 */
export class DocumentOrder {
  private readonly tails = new Map<string, Promise<unknown>>();
  private lastForEverybody: Promise<unknown> | undefined;

  /** To be called in document order. */
  run<R>(touches: readonly string[] | 'everybody', work: () => Promise<R>): Promise<R> {
    const { tails } = this;
    const before = touches === 'everybody' ? [...tails.values()] : touches.map((name) => tails.get(name));
    const answer = Promise.allSettled([this.lastForEverybody, ...before]).then(work);
    if (touches === 'everybody') {
      tails.clear();
      this.lastForEverybody = answer;
    } else for (const name of touches) tails.set(name, answer);
    return answer;
  }
}
