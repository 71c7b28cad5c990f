import { DurationTally, labelList, type Observe } from './duration-tally.js';

/** From a keep-alive within one data centre to the time-out of a store. A login with a strong hash is in the middle. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];

type Counts<Key> = Map<Key, { count: number }>;

/** Requests by peer, primitive and code, and how long they took; counted in nested maps for the reason of DurationTally. */
export class RequestTally {
  private readonly byPeer = new Map<string, Map<string, Counts<number>>>();
  private readonly byPrimitive = new Map<string, Observe>();
  private readonly durations = new DurationTally(
    'sap2_ssp_request_duration_seconds',
    'From the begin of a transaction to its answer, not yet encoded.',
    BOUNDS_MS,
  );

  add(peer: string, primitive: string, code: number, durationMs: number): void {
    const ofPeer = existing(this.byPeer, peer, () => new Map<string, Counts<number>>());
    const ofPrimitive = existing(ofPeer, primitive, (): Counts<number> => new Map());
    existing(ofPrimitive, code, () => ({ count: 0 })).count++;
    existing(this.byPrimitive, primitive, () => this.durations.seriesOf({ primitive }))(durationMs);
  }

  forgetPeers(isGone: (peer: string) => boolean): void {
    for (const peer of this.byPeer.keys()) if (isGone(peer)) this.byPeer.delete(peer);
  }

  /** In the text format of Prometheus. */
  lines(): readonly string[] {
    return [
      '# HELP sap2_ssp_requests_total Transactions of peers, by their answer.',
      '# TYPE sap2_ssp_requests_total counter',
      ...this.requestLines(),
      ...this.durations.lines(),
    ];
  }

  private *requestLines(): Iterable<string> {
    for (const [peer, ofPeer] of this.byPeer) {
      for (const [primitive, ofPrimitive] of ofPeer) {
        for (const [code, { count }] of ofPrimitive) {
          yield `sap2_ssp_requests_total{${labelList({ peer, primitive, code: String(code) })}} ${count}`;
        }
      }
    }
  }
}

function existing<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
