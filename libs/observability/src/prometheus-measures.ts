import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DurationTally } from './duration-tally.js';
import type { DisconnectResult, HashesNow, Parted, Readings, WebhookResult } from './readings.js';
import { RequestTally } from './request-tally.js';

const MS_PER_S = 1000;

/** From a script of Redis on the same machine to the time-out of a store. */
const STORE_BOUNDS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000, 5_000];
/** From a look at one row to an import of many. */
const ADMIN_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120];

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
  /** A signed head of the audit was, or was not, written to `log`, `file` or `url`. */
  readonly auditAnchor = this.counted(
    'audit_anchors_total',
    'Signed heads of the audit, by where they were to be written and whether they were.',
    ['place', 'outcome'],
  );
  readonly sessionOpened = this.counted('sessions_opened_total', 'User sessions opened by this process.', []);
  readonly sessionEnded = this.counted('sessions_ended_total', 'User sessions ended by this process.', [
    'cause',
  ]);

  private readonly gateOpen = this.gauge('gate_open', '1 if this process takes messages of peers.', []);
  private readonly inFlight = this.gauge('ssp_messages_in_flight', 'Messages of peers under way.', []);
  private readonly storeUp = this.gauge('store_up', '1 if the store answered the last probe.', ['store']);
  private readonly storeProbe = this.gauge(
    'store_probe_duration_seconds',
    'Until the store answered the last probe, or failed.',
    ['store'],
  );
  private readonly liveSessions = this.gauge('live_sessions', 'Live user sessions of the service.', []);
  private readonly sweeperLag = this.gauge(
    'sweeper_lag_seconds',
    'How far the most overdue session is past its deadline.',
    [],
  );
  private readonly certificateExpiry = this.gauge(
    'tls_certificate_expires_in_seconds',
    'Time until the certificate of a listener expires.',
    ['listener'],
  );
  private readonly tlsFilesRefused = this.gauge(
    'tls_files_refused',
    '1 if the TLS files of a listener are unusable and the previous ones stay in use.',
    ['listener'],
  );
  private readonly failedHandshakes = this.counter(
    'tls_failed_handshakes_total',
    'Failed TLS handshakes of a listener.',
    ['listener'],
  );
  private readonly connections = this.gauge('connections_open', 'Connections that are open now.', [
    'listener',
    'of',
  ]);
  private readonly bodyBytes = this.gauge(
    'ssp_body_bytes',
    'Bytes of messages that are arriving or not answered yet.',
    ['of'],
  );
  private readonly hashes = this.gauge(
    'password_hashes',
    'Password hashes of this process that are computed now, and that wait.',
    ['state'],
  );
  private readonly loginsWaiting = this.gauge('logins_waiting', 'Logins that wait for their turn.', ['kind']);
  private readonly webhookBacklog = this.gauge(
    'webhook_backlog_age_seconds',
    'Age of the oldest event that a subscription has not settled.',
    ['subscription'],
  );
  /** What is read in this process for each scrape. */
  private readonly watched: (() => void)[] = [];
  private readonly outbox = this.outboxGauges('outbox', 'all peers', []);
  private readonly outboxOfPeer = this.outboxGauges('outbox_peer', 'one peer', ['peer']);

  /** Of the text that `expose` returns. */
  readonly contentType = this.registry.contentType;

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'sap2_' });
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
    this.watched.push(() => showParted(this.connections, { listener }, now));
  }

  /** The same of the bytes of messages that are not answered yet, of all ports together. */
  watchBodies(now: Parted): void {
    this.watched.push(() => showParted(this.bodyBytes, {}, now));
  }

  watchHashes(now: HashesNow): void {
    this.watched.push(() => {
      this.hashes.set({ state: 'running' }, now.running);
      this.hashes.set({ state: 'waiting' }, now.waiting);
    });
  }

  /** `kind`: `password`, or `other` for a login without one. */
  watchLogins(kind: string, now: { readonly waiting: number }): void {
    this.watched.push(() => this.loginsWaiting.set({ kind }, now.waiting));
  }

  webhooks(result: WebhookResult, count: number): void {
    this.webhookCounts.inc({ result }, count);
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
    this.show(readings);
    const isGone = (peer: string): boolean => peer !== UNKNOWN_PEER && !readings.isInForce(peer);
    this.requests.forgetPeers(isGone);
    for (const counts of this.countersByPeer) await forgetPeers(counts, isGone);
    const counted = [...this.requests.lines(), ...this.stores.lines()];
    return `${await this.registry.metrics()}\n${counted.join('\n')}\n`;
  }

  private show(readings: Readings): void {
    this.gateOpen.set(readings.isGateOpen ? 1 : 0);
    this.inFlight.set(readings.inFlight);
    for (const [store, { isUp, probeMs }] of Object.entries(readings.stores)) {
      this.storeUp.set({ store }, isUp ? 1 : 0);
      this.storeProbe.set({ store }, probeMs / MS_PER_S);
    }
    showIfKnown(this.liveSessions, readings.liveSessions);
    showIfKnown(this.sweeperLag, inSeconds(readings.sweeperLagMs));
    for (const show of this.watched) show();
    this.showTls(readings);
    showBacklogs(this.webhookBacklog, readings.webhooks ?? []);
    this.showOutbox(readings);
  }

  private showTls({ tlsListeners }: Readings): void {
    this.failedHandshakes.reset();
    for (const { listener, expiresInMs, areFilesRefused, failedHandshakes } of tlsListeners) {
      this.certificateExpiry.set({ listener }, expiresInMs / MS_PER_S);
      this.tlsFilesRefused.set({ listener }, areFilesRefused ? 1 : 0);
      if (failedHandshakes !== undefined) this.failedHandshakes.inc({ listener }, failedHandshakes);
    }
  }

  private showOutbox({ outbox, isInForce }: Readings): void {
    const ages = outbox?.map(({ oldestAgeMs }) => oldestAgeMs);
    showIfKnown(
      this.outbox.pending,
      outbox?.reduce((sum, { pending }) => sum + pending, 0),
    );
    showIfKnown(this.outbox.oldestAge, inSeconds(ages && Math.max(0, ...ages)));
    this.outboxOfPeer.pending.reset();
    this.outboxOfPeer.oldestAge.reset();
    for (const { peer, pending, oldestAgeMs } of outbox?.filter((one) => isInForce(one.peer)) ?? []) {
      this.outboxOfPeer.pending.set({ peer }, pending);
      this.outboxOfPeer.oldestAge.set({ peer }, oldestAgeMs / MS_PER_S);
    }
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

  private gauge(name: string, help: string, labelNames: readonly string[]): Gauge {
    return new Gauge({ name: `sap2_${name}`, help, labelNames, registers: [this.registry] });
  }

  private outboxGauges(name: string, whose: string, labelNames: readonly string[]) {
    return {
      pending: this.gauge(`${name}_pending`, `Disconnects not acknowledged yet, ${whose}.`, labelNames),
      oldestAge: this.gauge(
        `${name}_oldest_age_seconds`,
        `Age of the oldest disconnect not acknowledged yet, ${whose}; 0 if the outbox is empty.`,
        labelNames,
      ),
    };
  }
}

function showParted(gauge: Gauge, labels: object, { ofStrangers, ofPeers }: Parted): void {
  gauge.set({ ...labels, of: 'strangers' }, ofStrangers);
  gauge.set({ ...labels, of: 'peers' }, ofPeers);
}

function showBacklogs(gauge: Gauge, webhooks: NonNullable<Readings['webhooks']>): void {
  gauge.reset();
  for (const { subscription, oldestAgeMs } of webhooks) gauge.set({ subscription }, oldestAgeMs / MS_PER_S);
}

/** What listeners and loops count by. */
export type Measures = Omit<PrometheusMeasures, 'expose' | 'contentType'>;

const inSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / MS_PER_S;

/** A value of yesterday would be taken for one of today. */
function showIfKnown(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

/** Series of peers that have gone would stay until the process ends, and there is no end to peers. */
async function forgetPeers(counts: Counter, isGone: (peer: string) => boolean): Promise<void> {
  const { values } = await counts.get();
  for (const { labels } of values) if (isGone(String(labels['peer']))) counts.remove(labels);
}
