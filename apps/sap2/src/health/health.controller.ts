import { Controller, Get, HttpCode, Inject, UseFilters } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
} from '@nestjs/terminus';
import type { IdentityStore } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import type { Gate } from '../listeners/gate.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';
import { HealthReportFilter } from './health-report.filter.js';
import { VERSION } from '../version.js';

/** Longer than a slow store takes, shorter than an orchestrator waits. */
const PROBE_TIMEOUT_MS = 3_000;

/** A sweep each second: more than this and sessions outlive their deadline noticeably. */
const SWEEPER_LAG_DEGRADED_MS = 5_000;

/** Time for an administrator to get a new certificate on a working day. */
const CERTIFICATE_DEGRADED_MS = 7 * 86_400_000;

export const PROBED = Symbol('Probed');

interface Probed {
  readonly gate: Gate;
  readonly identity: IdentityStore;
  readonly live: LiveStore;
  readonly tls: Pick<TlsListeners, 'states'>;
}

/**
 * `live`: the process answers. `ready`: it may be given work; degraded still serves. Health is the service's own. Of a peer
 * that is away metrics, the state of its agreement and an alert say more (docs/metrics.md).
 */
@Controller('/health')
@UseFilters(HealthReportFilter)
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(PROBED) private readonly of: Probed,
  ) {}

  @Get(['', '/live'])
  @HttpCode(200)
  live(): { readonly status: 'ok'; readonly version: string } {
    return { status: 'ok', version: VERSION };
  }

  @Get('/ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const { identity, live } = this.of;
    return this.health.check([
      () => this.gate(),
      () => this.answers('postgresql', () => identity.ping()),
      // A write, since a replica or a full store answers reads.
      () => this.answers('redis', () => live.ping()),
      () => this.answers('generation', () => this.isWhole()),
      () => this.lag('sweeper', SWEEPER_LAG_DEGRADED_MS, () => live.sessions.lagMs()),
      () => this.certificates(),
    ]);
  }

  private answers(key: string, probe: () => Promise<void>) {
    return this.indicators.check(key).attempt(probe).withTimeout(PROBE_TIMEOUT_MS);
  }

  /** No shard of the live store waits for its rebuild. */
  private async isWhole(): Promise<void> {
    const lost = await this.of.live.sessions.lostShards();
    if (lost.length > 0) throw new Error(`${lost.length} shards of the live store are being rebuilt`);
  }

  private gate() {
    const reason = this.of.gate.unreadyBecause;
    const indicator = this.indicators.check('gate');
    return reason === undefined ? indicator.up() : indicator.down({ reason });
  }

  /** An old certificate still serves, for a while: degraded, never down. What is wrong with the files is for the log. */
  private certificates() {
    const { states } = this.of.tls;
    const listeners = states.map(({ listener, expiresAtMs, refusal }) => ({
      listener,
      expiresAt: new Date(expiresAtMs).toISOString(),
      areFilesRefused: refusal !== undefined,
    }));
    const indicator = this.indicators.check('certificates');
    const soonMs = Date.now() + CERTIFICATE_DEGRADED_MS;
    return states.some(({ expiresAtMs, refusal }) => refusal !== undefined || expiresAtMs < soonMs)
      ? indicator.degraded({ listeners })
      : indicator.up({ listeners });
  }

  /** Late work does not make the service unfit to take new work: degraded, never down. */
  private async lag(key: string, degradedMs: number, measure: () => Promise<number>) {
    const indicator = this.indicators.check(key);
    try {
      const lagMs = await measure();
      return lagMs > degradedMs ? indicator.degraded({ lagMs }) : indicator.up({ lagMs });
    } catch (error) {
      return indicator.degraded({ error: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
