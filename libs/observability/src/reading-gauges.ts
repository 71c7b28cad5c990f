import { Counter, Gauge, type Registry } from 'prom-client';
import type { HashesNow, LiveReading, Parted, Readings } from './readings.js';

const MS_PER_S = 1000;

/** Domains with a series of their own, those with the most sessions. A provider may have any number of domains. */
const SHOWN_DOMAINS = 50;
/** Label of all other domains together. A domain has no brackets. */
const OTHER_DOMAINS = '(others)';

/** Figures that are read for a scrape. Everything else is counted as it happens. */
export class ReadingGauges {
  /** What is read in this process for each scrape. */
  private readonly watched: (() => void)[] = [];
  private readonly gauges: Gauges;

  constructor(registry: Registry) {
    this.gauges = gaugesIn(registry);
  }

  watchConnections(listener: string, now: Parted): void {
    this.watched.push(() => showParted(this.gauges.connections, { listener }, now));
  }

  watchBodies(now: Parted): void {
    this.watched.push(() => showParted(this.gauges.bodyBytes, {}, now));
  }

  watchHashes(now: HashesNow): void {
    this.watched.push(() => {
      this.gauges.hashes.set({ state: 'running' }, now.running);
      this.gauges.hashes.set({ state: 'waiting' }, now.waiting);
    });
  }

  watchLogins(kind: string, now: { readonly waiting: number }): void {
    this.watched.push(() => this.gauges.loginsWaiting.set({ kind }, now.waiting));
  }

  watchStreams(now: { readonly size: number }): void {
    this.watched.push(() => this.gauges.eventStreams.set(now.size));
  }

  show(readings: Readings): void {
    this.gauges.gateOpen.set(readings.isGateOpen ? 1 : 0);
    this.gauges.inFlight.set(readings.inFlight);
    for (const [store, { isUp, probeMs }] of Object.entries(readings.stores)) {
      this.gauges.storeUp.set({ store }, isUp ? 1 : 0);
      this.gauges.storeProbe.set({ store }, probeMs / MS_PER_S);
    }
    showIfKnown(this.gauges.liveSessions, readings.liveSessions);
    showIfKnown(this.gauges.sweeperLag, inSeconds(readings.sweeperLagMs));
    showIfKnown(this.gauges.jobsRunning, readings.jobs?.running);
    showIfKnown(this.gauges.jobsLag, inSeconds(readings.jobs?.lagMs));
    for (const show of this.watched) show();
    this.showLive(readings);
    this.showTls(readings);
    this.showWebhooks(readings);
    this.showOutbox(readings);
  }

  private showLive({ live, isInForce }: Readings): void {
    this.gauges.liveOfDomain.reset();
    this.gauges.liveOfPeer.reset();
    if (live === undefined) return;
    const domains = totals(live, 'domain').toSorted(([, a], [, b]) => b - a);
    for (const [domain, sessions] of domains.slice(0, SHOWN_DOMAINS))
      this.gauges.liveOfDomain.set({ domain }, sessions);
    const others = domains.slice(SHOWN_DOMAINS);
    if (others.length > 0) {
      const sessions = others.reduce((sum, [, count]) => sum + count, 0);
      this.gauges.liveOfDomain.set({ domain: OTHER_DOMAINS }, sessions);
    }
    for (const [peer, sessions] of totals(live, 'peer'))
      if (isInForce(peer)) this.gauges.liveOfPeer.set({ peer }, sessions);
  }

  private showWebhooks({ webhooks }: Readings): void {
    this.gauges.webhookBacklog.reset();
    for (const { subscription, oldestAgeMs } of webhooks ?? [])
      this.gauges.webhookBacklog.set({ subscription }, oldestAgeMs / MS_PER_S);
  }

  private showTls({ tlsListeners }: Readings): void {
    this.gauges.failedHandshakes.reset();
    for (const { listener, expiresInMs, areFilesRefused, failedHandshakes } of tlsListeners) {
      this.gauges.certificateExpiry.set({ listener }, expiresInMs / MS_PER_S);
      this.gauges.tlsFilesRefused.set({ listener }, areFilesRefused ? 1 : 0);
      if (failedHandshakes !== undefined) this.gauges.failedHandshakes.inc({ listener }, failedHandshakes);
    }
  }

  private showOutbox({ outbox, isInForce }: Readings): void {
    const ages = outbox?.map(({ oldestAgeMs }) => oldestAgeMs);
    showIfKnown(
      this.gauges.outbox.pending,
      outbox?.reduce((sum, { pending }) => sum + pending, 0),
    );
    showIfKnown(this.gauges.outbox.oldestAge, inSeconds(ages && Math.max(0, ...ages)));
    this.gauges.outboxOfPeer.pending.reset();
    this.gauges.outboxOfPeer.oldestAge.reset();
    for (const { peer, pending, oldestAgeMs } of outbox?.filter((one) => isInForce(one.peer)) ?? []) {
      this.gauges.outboxOfPeer.pending.set({ peer }, pending);
      this.gauges.outboxOfPeer.oldestAge.set({ peer }, oldestAgeMs / MS_PER_S);
    }
  }
}

type Gauges = ReturnType<typeof gaugesIn>;

function gaugesIn(registry: Registry) {
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name: `sap2_${name}`, help, labelNames, registers: [registry] });
  const outboxGauges = (name: string, whose: string, labelNames: readonly string[]) => ({
    pending: gauge(`${name}_pending`, `Disconnects not acknowledged yet, ${whose}.`, labelNames),
    oldestAge: gauge(
      `${name}_oldest_age_seconds`,
      `Age of the oldest disconnect not acknowledged yet, ${whose}; 0 if the outbox is empty.`,
      labelNames,
    ),
  });
  return {
    gateOpen: gauge('gate_open', '1 if this process takes messages of peers.', []),
    inFlight: gauge('ssp_messages_in_flight', 'Messages of peers under way.', []),
    storeUp: gauge('store_up', '1 if the store answered the last probe.', ['store']),
    storeProbe: gauge('store_probe_duration_seconds', 'Until the store answered the last probe, or failed.', [
      'store',
    ]),
    liveSessions: gauge('live_sessions', 'Live user sessions of the service.', []),
    liveOfDomain: gauge('domain_live_sessions', 'Live user sessions of one domain.', ['domain']),
    liveOfPeer: gauge('peer_live_sessions', 'Live user sessions of one peer.', ['peer']),
    sweeperLag: gauge('sweeper_lag_seconds', 'How far the most overdue session is past its deadline.', []),
    jobsRunning: gauge('jobs_running', 'Jobs of administrators that are not done.', []),
    jobsLag: gauge('jobs_lag_seconds', 'How long the next step of a job of administrators is overdue.', []),
    certificateExpiry: gauge(
      'tls_certificate_expires_in_seconds',
      'Time until the certificate of a listener expires.',
      ['listener'],
    ),
    tlsFilesRefused: gauge(
      'tls_files_refused',
      '1 if the TLS files of a listener are unusable and the previous ones stay in use.',
      ['listener'],
    ),
    failedHandshakes: new Counter({
      name: 'sap2_tls_failed_handshakes_total',
      help: 'Failed TLS handshakes of a listener.',
      labelNames: ['listener'],
      registers: [registry],
    }),
    connections: gauge('connections_open', 'Connections that are open now.', ['listener', 'of']),
    bodyBytes: gauge('ssp_body_bytes', 'Bytes of messages that are arriving or not answered yet.', ['of']),
    hashes: gauge(
      'password_hashes',
      'Password hashes of this process that are computed now, and that wait.',
      ['state'],
    ),
    webhookBacklog: gauge(
      'webhook_backlog_age_seconds',
      'Age of the oldest event that a subscription has not settled.',
      ['subscription'],
    ),
    eventStreams: gauge('event_streams', 'Streams of events that are open now.', []),
    loginsWaiting: gauge('logins_waiting', 'Logins that wait for their turn.', ['kind']),
    outbox: outboxGauges('outbox', 'all peers', []),
    outboxOfPeer: outboxGauges('outbox_peer', 'one peer', ['peer']),
  };
}

function totals(live: readonly LiveReading[], by: 'domain' | 'peer'): (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const reading of live) sums.set(reading[by], (sums.get(reading[by]) ?? 0) + reading.sessions);
  return [...sums];
}

function showParted(gauge: Gauge, labels: object, { ofStrangers, ofPeers }: Parted): void {
  gauge.set({ ...labels, of: 'strangers' }, ofStrangers);
  gauge.set({ ...labels, of: 'peers' }, ofPeers);
}

const inSeconds = (ms: number | undefined): number | undefined =>
  ms === undefined ? undefined : ms / MS_PER_S;

/** A value of yesterday would be taken for one of today. */
function showIfKnown(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}
