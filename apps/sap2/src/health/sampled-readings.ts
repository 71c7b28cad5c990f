import { setTimeout as wait } from 'node:timers/promises';
import type { JobBook, SessionCounts } from '@sap2/administration';
import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { EventLog, Readings, StoreReading } from '@sap2/observability';
import type { Gate } from '../listeners/gate.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';

/** Scrapes that come together share one sampling: several scrapers cost the stores as much as one. */
const FRESH_MS = 1_000;
/** Prometheus gives a scrape 10 s; a store that hangs may not cost the figures of the process. */
const DEADLINE_MS = 3_000;

export interface Sampled {
  readonly gate: Gate;
  readonly identity: Pick<IdentityStore, 'ping' | 'agreements'> & {
    readonly outbox: Pick<IdentityStore['outbox'], 'backlogByPeer'>;
    readonly statistics: Pick<SessionCounts, 'live'>;
    readonly jobs: Pick<JobBook, 'backlog'>;
    readonly subscriptionLines: Pick<IdentityStore['subscriptionLines'], 'backlogs'>;
  };
  readonly live: Pick<LiveStore, 'ping'> & {
    readonly sessions: Pick<LiveStore['sessions'], 'countDeadlines' | 'lagMs'>;
  };
  readonly tls: Pick<TlsListeners, 'states'>;
}

type Sample = Pick<
  Readings,
  'stores' | 'liveSessions' | 'live' | 'sweeperLagMs' | 'jobs' | 'outbox' | 'webhooks'
>;

/** Looks up what cannot be counted as it happens. A store that is away leaves its figures out, and is said to be down. */
export class SampledReadings {
  private latest: { readonly atMs: number; readonly sample: Promise<Sample> } | undefined;

  constructor(
    private readonly of: Sampled,
    private readonly log: Pick<EventLog, 'warn'>,
  ) {}

  /** Never rejects. */
  async now(): Promise<Readings> {
    const atMs = performance.now();
    if (this.latest === undefined || atMs - this.latest.atMs > FRESH_MS) {
      this.latest = { atMs, sample: this.sample() };
    }
    const sample = await this.latest.sample;
    return {
      ...sample,
      isGateOpen: this.of.gate.closedBecause === undefined,
      inFlight: this.of.gate.underWay,
      tlsListeners: this.of.tls.states.map(({ listener, expiresAtMs, refusal, failedHandshakes }) => ({
        listener,
        expiresInMs: expiresAtMs - Date.now(),
        areFilesRefused: refusal !== undefined,
        failedHandshakes,
      })),
      isInForce: (peer) => this.of.identity.agreements.ofPeer(peer) !== undefined,
    };
  }

  private async sample(): Promise<Sample> {
    const { identity } = this.of;
    const [postgresql, redis, liveSessions, live, sweeperLagMs, jobs, outbox, webhooks] = await Promise.all([
      this.probe('postgresql', () => identity.ping()),
      this.probe('redis', () => this.of.live.ping()),
      this.known('live_sessions', () => this.of.live.sessions.countDeadlines()),
      this.known('live_sessions_by_domain', () => identity.statistics.live()),
      this.known('sweeper_lag', () => this.of.live.sessions.lagMs()),
      this.known('jobs', () => identity.jobs.backlog()),
      this.known('outbox', () => identity.outbox.backlogByPeer()),
      this.known('webhooks', () => identity.subscriptionLines.backlogs()),
    ]);
    return { stores: { postgresql, redis }, liveSessions, live, sweeperLagMs, jobs, outbox, webhooks };
  }

  private async probe(store: string, ping: () => Promise<void>): Promise<StoreReading> {
    const beganMs = performance.now();
    const isUp = await this.known(store, async () => {
      await ping();
      return true;
    });
    return { isUp: isUp === true, probeMs: performance.now() - beganMs };
  }

  /** Undefined: the value was not available in time; the log has the reason. */
  private async known<T>(detail: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await Promise.race([look(), tooLate()]);
    } catch (error) {
      this.log.warn('metric_not_read', { detail, error });
      return undefined;
    }
  }
}

async function tooLate(): Promise<never> {
  await wait(DEADLINE_MS, undefined, { ref: false });
  throw new Error(`No answer within ${DEADLINE_MS} ms.`);
}
