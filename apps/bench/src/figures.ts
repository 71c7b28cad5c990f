export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Milliseconds of a monotonic clock. */
export const nowMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** How durations are spread. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = Float64Array.from(durationsMs).toSorted();
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? NaN;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

export const inWords = ({ count, p50Ms, p99Ms, maxMs }: Spread): string =>
  `${count} (p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms)`;

/** How long each of `count` turns took, one after the other. */
export async function timed(
  count: number,
  turn: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const durationsMs: number[] = [];
  for (let index = 0; index < count; index++) {
    const since = nowMs();
    await turn(index);
    durationsMs.push(nowMs() - since);
  }
  return durationsMs;
}
