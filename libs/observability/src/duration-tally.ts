const MS_PER_S = 1000;

interface Series {
  readonly labels: string;
  /** Those up to each bound and above the one before; the last: above all. */
  readonly counts: number[];
  sumMs: number;
}

/** Counts one duration; cheap enough for every request. */
export type Observe = (durationMs: number) => void;

/**
 * A histogram in the text format of Prometheus. The client library hashes the labels at every count, even for a
 * prepared child, and takes ten times as long. `tools/bench-metrics.ts` measures this.
 */
export class DurationTally {
  private readonly series: Series[] = [];

  constructor(
    private readonly name: string,
    private readonly help: string,
    private readonly boundsMs: readonly number[],
  ) {}

  /** A series of its own: to be asked for once for these labels, and kept. */
  seriesOf(labels: Readonly<Record<string, string>>): Observe {
    const { boundsMs } = this;
    const series: Series = {
      labels: labelList(labels),
      counts: [...boundsMs, Infinity].map(() => 0),
      sumMs: 0,
    };
    this.series.push(series);
    return (durationMs) => {
      let place = 0;
      while (durationMs > (boundsMs[place] ?? Infinity)) place++;
      series.counts[place] = (series.counts[place] ?? 0) + 1;
      series.sumMs += durationMs;
    };
  }

  lines(): readonly string[] {
    return [
      `# HELP ${this.name} ${this.help}`,
      `# TYPE ${this.name} histogram`,
      ...this.series.flatMap((series) => this.linesOf(series)),
    ];
  }

  private linesOf({ labels, counts, sumMs }: Series): readonly string[] {
    let upTo = 0;
    const buckets = counts.map((count, place) => {
      upTo += count;
      const bound = this.boundsMs[place];
      const le = bound === undefined ? '+Inf' : String(bound / MS_PER_S);
      return `${this.name}_bucket{${labels},le="${le}"} ${upTo}`;
    });
    return [
      ...buckets,
      `${this.name}_sum{${labels}} ${sumMs / MS_PER_S}`,
      `${this.name}_count{${labels}} ${upTo}`,
    ];
  }
}

/** As it stands between the braces of a sample. */
export const labelList = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(',');

const quoted = (value: string): string =>
  `"${value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`)}"`;
