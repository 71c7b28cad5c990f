/**
 * Runs a number of tasks at once, and lets the owners of further ones take turns. So a thousand tasks of one owner do not
 * delay those of another. (p-limit has one queue for all.)
 */
export class FairTurns {
  private free: number;
  /** Waiting tasks by owner, in the order of the next turns. An owner without tasks has no entry. */
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  async run<R>(owner: string, work: () => Promise<R>): Promise<R> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((begin) => this.queue(owner, begin));
    try {
      return await work();
    } finally {
      this.handOn();
    }
  }

  private queue(owner: string, begin: () => void): void {
    const line = this.waiting.get(owner);
    if (line) line.push(begin);
    else this.waiting.set(owner, [begin]);
  }

  /** The next owner gets the place, which is never free in between. */
  private handOn(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.free++;
      return;
    }
    const [owner, line] = next;
    const begin = line.shift();
    this.waiting.delete(owner);
    if (line.length > 0) this.waiting.set(owner, line);
    begin?.();
  }
}
