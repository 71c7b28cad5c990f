/** One sample of `/metrics`. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/u;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/gu;

/** Lines that are no samples are left out. */
export const samplesOf = (exposition: string): readonly Sample[] =>
  exposition.split('\n').flatMap((line) => {
    const { name, labels = '', value } = LINE.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) return [];
    const pairs = Array.from(labels.matchAll(LABEL), ([, key = '', text = '']) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });

/** By a label. Samples of several processes are put together. */
export function by(
  samples: readonly Sample[],
  name: string,
  label: string,
  together: (one: number, other: number) => number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const sample of samples.filter((each) => each.name === name)) {
    const key = sample.labels[label] ?? '';
    const before = found.get(key);
    found.set(key, before === undefined ? sample.value : together(before, sample.value));
  }
  return found;
}

export const sum = (one: number, other: number): number => one + other;

export const total = (values: Iterable<number>): number => Array.from(values).reduce(sum, 0);
