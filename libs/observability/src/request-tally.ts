/** From a keep-alive within one data centre to the time-out of a store; a login with a strong hash is in the middle. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

const MS_PER_S = 1000;

type Counts<Key> = Map<Key, { count: number }>;

interface Durations {
  /** Those up to each bound and above the one before; the last: above all. */
  readonly counts: number[];
  sumMs: number;
}

/**
 * Requests by peer, primitive and code, and how long they took. Counted here, in nested maps, and written here: the
 * client library hashes the labels at every count, also of a child made beforehand, and takes ten times as long
 * (`tools/bench-metrics.ts` says how long this takes).
 */
export class RequestTally {
  private readonly byPeer = new Map<string, Map<string, Counts<number>>>();
  private readonly byPrimitive = new Map<string, Durations>();

  add(peer: string, primitive: string, code: number, durationMs: number): void {
    const ofPeer = existing(this.byPeer, peer, () => new Map<string, Counts<number>>());
    const ofPrimitive = existing(ofPeer, primitive, (): Counts<number> => new Map());
    existing(ofPrimitive, code, () => ({ count: 0 })).count++;

    const durations = existing(this.byPrimitive, primitive, () => ({
      counts: Array.from({ length: BOUNDS_MS.length + 1 }, () => 0),
      sumMs: 0,
    }));
    let place = 0;
    while (durationMs > (BOUNDS_MS[place] ?? Infinity)) place++;
    durations.counts[place] = (durations.counts[place] ?? 0) + 1;
    durations.sumMs += durationMs;
  }

  forgetPeers(isGone: (peer: string) => boolean): void {
    for (const peer of this.byPeer.keys()) if (isGone(peer)) this.byPeer.delete(peer);
  }

  /** In the text format of Prometheus. */
  text(): string {
    return [
      '# HELP sap2_ssp_requests_total Transactions of peers, by their answer.',
      '# TYPE sap2_ssp_requests_total counter',
      ...this.requestLines(),
      '# HELP sap2_ssp_request_duration_seconds From the begin of a transaction to its answer, not yet encoded.',
      '# TYPE sap2_ssp_request_duration_seconds histogram',
      ...[...this.byPrimitive].flatMap(([primitive, durations]) => durationLines(primitive, durations)),
      '',
    ].join('\n');
  }

  private *requestLines(): Iterable<string> {
    for (const [peer, ofPeer] of this.byPeer) {
      for (const [primitive, ofPrimitive] of ofPeer) {
        for (const [code, { count }] of ofPrimitive) {
          const labels = `peer=${quoted(peer)},primitive=${quoted(primitive)},code="${code}"`;
          yield `sap2_ssp_requests_total{${labels}} ${count}`;
        }
      }
    }
  }
}

function durationLines(primitive: string, { counts, sumMs }: Durations): readonly string[] {
  const label = `primitive=${quoted(primitive)}`;
  let upTo = 0;
  const buckets = counts.map((count, place) => {
    upTo += count;
    const bound = BOUNDS_MS[place];
    const le = bound === undefined ? '+Inf' : String(bound / MS_PER_S);
    return `sap2_ssp_request_duration_seconds_bucket{${label},le="${le}"} ${upTo}`;
  });
  return [
    ...buckets,
    `sap2_ssp_request_duration_seconds_sum{${label}} ${sumMs / MS_PER_S}`,
    `sap2_ssp_request_duration_seconds_count{${label}} ${upTo}`,
  ];
}

const quoted = (value: string): string =>
  `"${value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`)}"`;

function existing<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
