import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const MS_PER_S = 1000;
/** From an own answer to the time-out of a login. */
const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** What is true at the time of a scrape. */
export interface GatewayReadings {
  readonly sessions: number;
  readonly waitingPolls: number;
  readonly stcpConnections: number;
  readonly providers: readonly { readonly serviceID: string; readonly isUp: boolean }[];
}

/** Counters of one gateway (docs/metrics.md). No label contains text of a handset. */
export class GatewayMeasures {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('csp_requests_total', 'CSP messages of handsets, by their answer.', [
    'primitive',
    'version',
    'encoding',
    'code',
  ]);
  readonly #durations = this.#histogram('csp_request_duration_seconds', 'From a CSP message to its answer.', [
    'primitive',
  ]);
  readonly #refusals = this.#counter('http_refusals_total', 'Requests of handsets that got an HTTP error.', [
    'status',
  ]);
  readonly #ssp = this.#counter('ssp_requests_total', 'Requests to SAP 2, by their outcome.', [
    'peer',
    'primitive',
    'outcome',
  ]);
  readonly #sspDurations = this.#histogram(
    'ssp_request_duration_seconds',
    'From a request to SAP 2 to its outcome, with repetitions.',
    ['primitive'],
  );
  readonly #ended = this.#counter('sessions_ended_total', 'CSP sessions that ended, by cause.', ['cause']);
  readonly #unseen = this.#counter(
    'unseen_sessions_total',
    'Sessions that began after their handset had got 504, and were ended.',
    [],
  );
  readonly #sessions = this.#gauge('sessions', 'CSP sessions in memory.', []);
  readonly #polls = this.#gauge('waiting_polls', 'Polls that wait for something to deliver.', []);
  readonly #stcp = this.#gauge('stcp_connections', 'STCP connections with a session.', []);
  readonly #up = this.#gauge('provider_up', '1 if the SAP 2 answers.', ['peer']);

  readonly contentType = this.#registry.contentType;

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: 'sap1_' });
  }

  request(primitive: string, version: string, encoding: string, code: string, durationMs: number): void {
    this.#requests.inc({ primitive, version, encoding, code });
    this.#durations.observe({ primitive }, durationMs / MS_PER_S);
  }

  refused(httpStatus: number): void {
    this.#refusals.inc({ status: String(httpStatus) });
  }

  asked(peer: string, primitive: string, outcome: string, durationMs: number): void {
    this.#ssp.inc({ peer, primitive, outcome });
    this.#sspDurations.observe({ primitive }, durationMs / MS_PER_S);
  }

  sessionEnded(cause: string): void {
    this.#ended.inc({ cause });
  }

  unseenEnded(): void {
    this.#unseen.inc();
  }

  expose({ sessions, waitingPolls, stcpConnections, providers }: GatewayReadings): Promise<string> {
    this.#sessions.set(sessions);
    this.#polls.set(waitingPolls);
    this.#stcp.set(stcpConnections);
    for (const { serviceID, isUp } of providers) this.#up.set({ peer: serviceID }, isUp ? 1 : 0);
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: readonly string[]): Counter {
    return new Counter({ name: `sap1_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name: `sap1_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: readonly string[]): Histogram {
    const buckets = BOUNDS_S;
    return new Histogram({ name: `sap1_${name}`, help, labelNames, buckets, registers: [this.#registry] });
  }
}
