/**
 * So many pieces of work at once, and further ones by turns of their owners: one who brings a thousand does not put those
 * of another behind them. (p-limit has one queue for all.)
 */
export class FairTurns {
  private free: number;
  /** Who waits, in the order of their next turns; nobody is in it without work. */
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

  /** The place goes to whoever is next, and is never free in between. */
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
