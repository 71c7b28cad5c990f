/** What strangers do a thousand times a second is said once in this time. */
const EVERY_MS = 60_000;
/** Names that are remembered at once: one is some 200 bytes. */
const MOST_NAMES = 1_000;

/**
 * Says a thing at once and then at most once a minute, with how often it happened since. For log lines that anybody can
 * cause.
 */
export class LineAMinute {
  private readonly said = new Map<string, { untilMs: number; since: number }>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** @param say gets how often it happened since the last line, this time included */
  happened(name: string, say: (count: number) => void): void {
    const nowMs = this.nowMs();
    const known = this.said.get(name);
    if (known !== undefined && known.untilMs > nowMs) {
      known.since += 1;
      return;
    }
    this.said.delete(name);
    if (this.said.size >= MOST_NAMES) this.said.delete(this.said.keys().next().value ?? '');
    this.said.set(name, { untilMs: nowMs + EVERY_MS, since: 0 });
    say((known?.since ?? 0) + 1);
  }
}
