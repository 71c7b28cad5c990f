/** The value that the part `quantile` (0..1) of the sample does not exceed. */
export function quantileOf(sample: readonly number[], quantile: number): number {
  const sorted = sample.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Milliseconds of a clock that nobody sets. */
export const nowMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
export const inMs = (ms: number): string => `${ms.toFixed(1)} ms`;
