import { fileURLToPath } from 'node:url';
import { type Measures, PrometheusMeasures } from '@sap2/observability';

const PEERS = Array.from({ length: 50 }, (_, i) => `wv:@operator-${i}.example`);
const PRIMITIVES = ['UserKeepAliveRequest', 'UserKeepAliveRequest', 'UserLoginRequest', 'UserServiceRequest'];
const CODES = [200, 200, 200, 201, 401, 409, 604];

type Counting = Pick<Measures, 'request'>;

const NOTHING: Counting = { request: () => undefined };

export interface Cost {
  /** Nanoseconds for a request that is counted, the choice of its labels and the loop included. */
  readonly observedNs: number;
  /** The same loop with nothing behind it. */
  readonly baselineNs: number;
}

/** The cost to count a request. It is the best of several turns, since other programs use the machine too. */
export function costOfMeasuring(requests: number, turns: number): Cost {
  const measures = new PrometheusMeasures();
  const observed: number[] = [];
  const baseline: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    baseline.push(nsPerRequest(NOTHING, requests));
    observed.push(nsPerRequest(measures, requests));
  }
  return { observedNs: Math.min(...observed), baselineNs: Math.min(...baseline) };
}

function nsPerRequest(measures: Counting, requests: number): number {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < requests; i++) {
    measures.request(pick(PEERS, i), pick(PRIMITIVES, i), pick(CODES, i), i % 50);
  }
  return Number(process.hrtime.bigint() - begin) / requests;
}

function pick<T>(list: readonly T[], i: number): T {
  const item = list[i % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { observedNs, baselineNs } = costOfMeasuring(1_000_000, 7);
  process.stdout.write(`observed: ${observedNs.toFixed(0)} ns a request\n`);
  process.stdout.write(`baseline: ${baselineNs.toFixed(0)} ns a request\n`);
}
