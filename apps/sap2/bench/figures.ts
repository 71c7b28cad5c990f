export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Milliseconds of a clock that nobody sets. */
export const nowMs = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
