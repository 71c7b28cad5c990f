/** How long a line may be, and how long a task may stand in it. */
export interface LineBounds {
  /** Waiting tasks of one owner. */
  readonly ofOwner: number;
  readonly longestMs: number;
}

/** One waiting task: learns whether it has its turn. */
type Begin = (hasTurn: boolean) => void;

/**
 * Runs a number of tasks at once, and lets the owners of further ones take turns. So a thousand tasks of one owner do not
 * delay those of another. (p-limit has one queue for all.) A task whose line is full, or that waited too long, is refused.
 */
export class FairTurns {
  private free: number;
  private inLine = 0;
  /** Waiting tasks by owner, in the order of the next turns. An owner without tasks has no entry. */
  private readonly lines = new Map<string, Begin[]>();

  constructor(
    atOnce: number,
    private readonly bounds: LineBounds,
  ) {
    this.free = atOnce;
  }

  /** Tasks that wait now. */
  get waiting(): number {
    return this.inLine;
  }

  /** @param refuse answers instead of the work, which then never begins */
  async run<R>(owner: string, work: () => Promise<R>, refuse: () => R): Promise<R> {
    if (this.free > 0) this.free--;
    else if (!(await this.hasTurn(owner))) return refuse();
    try {
      return await work();
    } finally {
      this.handOn();
    }
  }

  private hasTurn(owner: string): Promise<boolean> {
    const line = this.lines.get(owner) ?? [];
    if (line.length >= this.bounds.ofOwner) return Promise.resolve(false);
    return new Promise((resolve) => {
      const begin: Begin = (hasTurn) => {
        clearTimeout(timer);
        this.inLine--;
        resolve(hasTurn);
      };
      const timer = setTimeout(() => {
        this.leave(owner, begin);
        begin(false);
      }, this.bounds.longestMs);
      line.push(begin);
      this.inLine++;
      this.lines.set(owner, line);
    });
  }

  private leave(owner: string, begin: Begin): void {
    const line = this.lines.get(owner)?.filter((one) => one !== begin) ?? [];
    if (line.length > 0) this.lines.set(owner, line);
    else this.lines.delete(owner);
  }

  /** The next owner gets the place, which is never free in between. */
  private handOn(): void {
    const [next] = this.lines;
    if (next === undefined) {
      this.free++;
      return;
    }
    const [owner, line] = next;
    const begin = line.shift();
    this.lines.delete(owner);
    if (line.length > 0) this.lines.set(owner, line);
    begin?.(true);
  }
}
