import type { EventLog } from '@sap2/observability';

/** What strangers do a thousand times a second is said once in this time. */
const EVERY_MS = 60_000;
/** Names that are remembered at once: one is some 300 bytes. */
const MOST_NAMES = 1_000;
/** Of all names together, in a minute. */
const MOST_LINES = 60;

const LEFT_OUT = 'senders caused more lines than one minute has room for';

/** Says that something happened `count` times. */
type Say = (count: number) => void;

/** Time, so that a test need not wait. */
export interface MinuteClock {
  readonly nowMs: () => number;
  readonly later: (act: () => void, delayMs: number) => void;
}

const REAL_TIME: MinuteClock = {
  nowMs: () => performance.now(),
  later: (act, delayMs) => void setTimeout(act, delayMs).unref(),
};

interface Happened {
  readonly untilMs: number;
  /** Since the last line. */
  since: number;
  /** That of the latest event. */
  say: Say;
}

/**
 * Reports an event at once, and the events of the following minute together at its end. It is for log lines that strangers
 * can cause. All names together get 60 lines a minute, and further lines are only counted.
 */
export class LineAMinute {
  private readonly names = new Map<string, Happened>();
  private isWaiting = false;
  private linesUntilMs = 0;
  private lines = 0;
  private leftOut = 0;

  /** @param sayLeftOut gets how often something happened under names that were too many to be remembered */
  constructor(
    private readonly sayLeftOut: Say,
    private readonly clock: MinuteClock = REAL_TIME,
  ) {}

  /** @param say gets how often it happened since the last line, this time included */
  happened(name: string, say: Say): void {
    const known = this.names.get(name);
    if (known !== undefined) {
      known.since += 1;
      known.say = say;
    } else if (this.names.size < MOST_NAMES) {
      this.names.set(name, { untilMs: this.clock.nowMs() + EVERY_MS, since: this.said(say, 1), say });
    } else {
      this.leftOut += 1;
    }
    this.lookLater();
  }

  /** For the end, after which no minute comes. A line for each name, up to 60, and then one line for all others. */
  sayRest(): void {
    this.linesUntilMs = 0;
    for (const { since, say } of this.names.values()) if (since > 0) this.leftOut += this.said(say, since);
    this.names.clear();
    if (this.leftOut > 0) this.sayLeftOut(this.leftOut);
    this.leftOut = 0;
  }

  /** One timer for all names, and none while there is nothing to say or to forget. */
  private lookLater(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    const [first] = this.names.values();
    const dueMs = first?.untilMs ?? this.linesUntilMs;
    this.clock.later(() => this.look(), Math.max(0, dueMs - this.clock.nowMs()));
  }

  private look(): void {
    this.isWaiting = false;
    const nowMs = this.clock.nowMs();
    if (this.leftOut > 0) this.leftOut = this.said(this.sayLeftOut, this.leftOut);
    // The first ones were said first.
    for (const [name, { untilMs, since, say }] of this.names) {
      if (untilMs > nowMs) break;
      this.names.delete(name);
      if (since > 0) this.names.set(name, { untilMs: nowMs + EVERY_MS, since: this.said(say, since), say });
    }
    if (this.names.size > 0 || this.leftOut > 0) this.lookLater();
  }

  /** 0; or `count` where there were too many lines in this minute, to be said in the next one. */
  private said(say: Say, count: number): number {
    const nowMs = this.clock.nowMs();
    if (nowMs >= this.linesUntilMs) {
      this.linesUntilMs = nowMs + EVERY_MS;
      this.lines = 0;
    }
    if (this.lines >= MOST_LINES) return count;
    this.lines += 1;
    say(count);
    return 0;
  }
}

/** Every kind of event that a process reports once a minute. Each kind has its own 60 lines. */
export class HeldLines {
  private readonly kinds: LineAMinute[] = [];

  constructor(private readonly log: Pick<EventLog, 'warn'>) {}

  ofOneKind(): LineAMinute {
    const lines = new LineAMinute((count) => this.log.warn('lines_left_out', { count, detail: LEFT_OUT }));
    this.kinds.push(lines);
    return lines;
  }

  /** A process that stops says what it has only counted until now. */
  sayRest(): void {
    for (const lines of this.kinds) lines.sayRest();
  }
}
