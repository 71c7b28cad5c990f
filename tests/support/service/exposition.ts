/** One line of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const HEAD = /^# (?:HELP (?<help>\w+) .+|TYPE (?<type>\w+) (?<kind>counter|gauge|histogram))$/u;
const LABEL = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"`;
const SAMPLE = new RegExp(
  String.raw`^(?<name>[a-zA-Z_]\w*)(?:\{(?<labels>${LABEL}(?:,${LABEL})*)\})? (?<value>\S+)$`,
  'u',
);

/** What a scrape says. @throws Error where it is not the text format of Prometheus */
export class Exposition {
  readonly samples: readonly Sample[];
  readonly kinds = new Map<string, string>();

  constructor(text: string) {
    if (!text.endsWith('\n')) throw new Error('the last line is not ended');
    const lines = text.split('\n').filter((line) => line !== '');
    for (const line of lines.filter((one) => one.startsWith('#'))) this.readHead(line);
    this.samples = lines.filter((line) => !line.startsWith('#')).map((line) => this.readSample(line));
    const series = this.samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    if (new Set(series).size !== series.length) throw new Error('a series is told twice');
  }

  /** Value of the one series with that name and at least these labels; 0 if it does not exist yet. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, is]) => sample.labels[label] === is),
    );
    if (found.length > 1) throw new Error(`${found.length} series of ${name} fit`);
    return found[0]?.value ?? 0;
  }

  private readHead(line: string): void {
    const head = HEAD.exec(line)?.groups;
    if (head === undefined) throw new Error(`not understood: ${line}`);
    const { type, kind } = head;
    if (type === undefined || kind === undefined) return;
    if (this.kinds.has(type)) throw new Error(`two families are called ${type}`);
    this.kinds.set(type, kind);
  }

  private readSample(line: string): Sample {
    const { name, labels = '', value = '' } = SAMPLE.exec(line)?.groups ?? {};
    if (name === undefined) throw new Error(`not understood: ${line}`);
    const family = name.replace(/_(?:bucket|sum|count)$/u, '');
    if (!this.kinds.has(name) && this.kinds.get(family) !== 'histogram')
      throw new Error(`${name} belongs to no family`);
    const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gu), ([, label = '', is = '']) => [
      label,
      is,
    ]);
    return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: numberOf(value) };
  }
}

/** NaN is a value of the format: a mean over no sample, where two scrapes follow each other closely. */
function numberOf(value: string): number {
  if (value === '+Inf') return Infinity;
  const number = Number(value);
  if (Number.isNaN(number) && !/^nan$/iu.test(value)) throw new Error(`no number: ${value}`);
  return number;
}
