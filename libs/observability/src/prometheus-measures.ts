import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DurationTally } from './duration-tally.js';
import { ReadingGauges } from './reading-gauges.js';
import type { DisconnectResult, HashesNow, Parted, Readings, WebhookResult } from './readings.js';
import { RequestTally } from './request-tally.js';

const MS_PER_S = 1000;

/** From a script of Redis on the same machine to the time-out of a store. */
const STORE_BOUNDS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000, 5_000];
/** From a look at one row to an import of many. */
const ADMIN_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120];

/** From a directory in the same network to the longest deadline. */
const DIRECTORY_BOUNDS_S = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Label of what came from senders that were not recognised. */
const UNKNOWN_PEER = 'unknown';

/**
 * The counts of one process, in the text format of Prometheus; every name is explained in docs/metrics.md. To count is
 * cheap and never waits, because every request does it.
 *
 * Labels are words of ours (a primitive, a cause, a code) or the name of a peer. Received text never becomes a
 * label. So the number of series is limited, and they contain no secret.
 */
export class PrometheusMeasures {
  private readonly registry = new Registry();
  private readonly countersByPeer: Counter[] = [];
  private readonly readings = new ReadingGauges(this.registry);
  private readonly requests = new RequestTally();
  private readonly stores = new DurationTally(
    'sap2_store_call_duration_seconds',
    'Calls of a store, by the port that they came through.',
    STORE_BOUNDS_MS,
  );
  private readonly adminDurations = new Histogram({
    name: 'sap2_admin_request_duration_seconds',
    help: 'From the first byte of an administrator’s request to the last of its answer.',
    labelNames: ['operation'],
    buckets: ADMIN_BOUNDS_S,
    registers: [this.registry],
  });
  private readonly adminRequests = this.counted(
    'admin_requests_total',
    'Requests of administrators, by their answer.',
    ['operation', 'status'],
  );
  private readonly refusals = this.counted(
    'ssp_http_refusals_total',
    'Requests answered by an HTTP error instead of SSP.',
    ['status', 'reason', 'peer'],
  );
  private readonly disconnectCounts = this.counter(
    'disconnects_total',
    'Disconnects delivered, attempts that failed, disconnects given up.',
    ['peer', 'result'],
  );

  private readonly webhookCounts = this.counter('webhooks_total', 'Events for webhooks, by result.', [
    'result',
  ]);

  /** A connection had to go. `bound`: which one was exceeded. */
  readonly connectionRefused = this.counted(
    'connections_refused_total',
    'Connections that were closed because too many were open.',
    ['listener', 'bound'],
  );
  /** A message of a set-up was refused, or the last one opened an SSP session. */
  readonly setUp = this.counted('ssp_setups_total', 'SSP sessions opened by peers, and refusals by reason.', [
    'outcome',
  ]);
  /** A message or login was refused, because the service or the share of its peer was full. */
  readonly turnedAway = this.counted(
    'ssp_turned_away_total',
    'Messages and logins refused by limits of a peer or because of overload.',
    ['peer', 'cause'],
  );
  /** What a user sent was compared with what is stored: `password` (an argon2id hash) or `digest`. */
  readonly credentialCheck = this.counted(
    'credential_checks_total',
    'Comparisons of what users sent with what is stored.',
    ['check'],
  );
  /** A user directory was asked, or was not worth asking. */
  private readonly directoryChecks = this.counter(
    'user_directory_checks_total',
    'Checks of passwords for user directories, by result.',
    ['domain', 'result'],
  );
  private readonly directoryDurations = new Histogram({
    name: 'sap2_user_directory_check_duration_seconds',
    help: 'From the question to a user directory to its verdict or failure.',
    labelNames: ['domain'],
    buckets: DIRECTORY_BOUNDS_S,
    registers: [this.registry],
  });
  /** A signed head of the audit was, or was not, written to `log`, `file` or `url`. */
  readonly auditAnchor = this.counted(
    'audit_anchors_total',
    'Signed heads of the audit, by where they were to be written and whether they were.',
    ['place', 'outcome'],
  );
  /** A request to log in was answered; `outcome`: the kind of its outcome, from `logged-in` to `wrong-credentials`. */
  readonly login = this.counted('logins_total', 'Requests to log in, by what came of them.', [
    'peer',
    'outcome',
  ]);
  /** A step of work that no request starts has failed, and is tried again. */
  readonly loopFailed = this.counted(
    'loop_failures_total',
    'Failed steps of the work that no request starts.',
    ['loop'],
  );
  readonly sessionOpened = this.counted('sessions_opened_total', 'User sessions opened by this process.', []);
  readonly sessionEnded = this.counted('sessions_ended_total', 'User sessions ended by this process.', [
    'cause',
  ]);

  /** Of the text that `expose` returns. */
  readonly contentType = this.registry.contentType;

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'sap2_' });
  }

  /** Called once. */
  built(version: string, node: string): void {
    const labels = { version, node };
    const help = 'Always 1; the labels have the version of the service and of Node.';
    const registers = [this.registry];
    new Gauge({ name: 'sap2_build_info', help, labelNames: Object.keys(labels), registers }).set(labels, 1);
  }

  /** One transaction was answered with `code`. `primitive`: name of its element, or `unreadable`. */
  request(peer: string, primitive: string, code: number, durationMs: number): void {
    this.requests.add(peer, primitive, code, durationMs);
  }

  /** A sender got an HTTP error instead of SSP. `peer` undefined: not known. */
  refusal(httpStatus: number, reason: string, peer: string | undefined): void {
    this.refusals(String(httpStatus), reason, peer ?? UNKNOWN_PEER);
  }

  /** `now` is read for each scrape. */
  watchConnections(listener: string, now: Parted): void {
    this.readings.watchConnections(listener, now);
  }

  /** The same of the bytes of messages that are not answered yet, of all ports together. */
  watchBodies(now: Parted): void {
    this.readings.watchBodies(now);
  }

  watchHashes(now: HashesNow): void {
    this.readings.watchHashes(now);
  }

  /** `kind`: `password`, or `other` for a login without one. */
  watchLogins(kind: string, now: { readonly waiting: number }): void {
    this.readings.watchLogins(kind, now);
  }

  /** Streams of this process. */
  watchStreams(now: { readonly size: number }): void {
    this.readings.watchStreams(now);
  }

  webhooks(result: WebhookResult, count: number): void {
    this.webhookCounts.inc({ result }, count);
  }

  /** `durationMs` undefined: nothing was asked. */
  directoryCheck(domain: string, result: string, durationMs: number | undefined): void {
    this.directoryChecks.inc({ domain, result });
    if (durationMs !== undefined) this.directoryDurations.observe({ domain }, durationMs / MS_PER_S);
  }

  disconnects(peer: string, result: DisconnectResult, count: number): void {
    if (count > 0) this.disconnectCounts.inc({ peer, result }, count);
  }

  /** An administrator's request was answered. `operation`: method and route. */
  adminRequest(operation: string, httpStatus: number, durationMs: number): void {
    this.adminRequests(operation, String(httpStatus));
    this.adminDurations.observe({ operation }, durationMs / MS_PER_S);
  }

  /** Counts how long calls of one port take; to be asked for once for each port. */
  storeCalls(store: string, port: string): (durationMs: number) => void {
    return this.stores.seriesOf({ store, port });
  }

  /** The body of a scrape: everything counted so far, and what was just read. */
  async expose(readings: Readings): Promise<string> {
    this.readings.show(readings);
    const isGone = (peer: string): boolean => peer !== UNKNOWN_PEER && !readings.isInForce(peer);
    this.requests.forgetPeers(isGone);
    for (const counts of this.countersByPeer) await forgetPeers(counts, isGone);
    const counted = [...this.requests.lines(), ...this.stores.lines()];
    return `${await this.registry.metrics()}\n${counted.join('\n')}\n`;
  }

  /** Counts one; the values are those of the labels, in their order. */
  private counted<const Labels extends readonly string[]>(name: string, help: string, labelNames: Labels) {
    const counter = this.counter(name, help, labelNames);
    return (...values: { readonly [Place in keyof Labels]: string }): void =>
      counter.inc(Object.fromEntries(labelNames.map((label, place) => [label, values[place] ?? ''])));
  }

  private counter(name: string, help: string, labelNames: readonly string[]): Counter {
    const counter = new Counter({ name: `sap2_${name}`, help, labelNames, registers: [this.registry] });
    if (labelNames.includes('peer')) this.countersByPeer.push(counter);
    return counter;
  }
}

/** What listeners and loops count by. */
export type Measures = Omit<PrometheusMeasures, 'expose' | 'contentType'>;

/** Series of peers that have gone would stay until the process ends, and there is no end to peers. */
async function forgetPeers(counts: Counter, isGone: (peer: string) => boolean): Promise<void> {
  const { values } = await counts.get();
  for (const { labels } of values) if (isGone(String(labels['peer']))) counts.remove(labels);
}
