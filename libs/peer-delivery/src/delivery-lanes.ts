import type { DisconnectOutbox, ServiceID } from '@sap2/session-core';
import type { DeliverDisconnects, DeliveryPass } from './deliver-disconnects.js';

export interface LaneTimes {
  /** Between two looks into the outbox when nobody rings. */
  readonly lookEveryMs: number;
  /** From a ring to the look: what ends together is told together. */
  readonly gatherMs: number;
  /** A peer that could not be reached is left alone for this long, however much is due for it. */
  readonly restMs: number;
  /** After a failure of a store, which is likely to last. */
  readonly failureRestMs: number;
}

export const DEFAULT_LANE_TIMES: LaneTimes = {
  lookEveryMs: 1_000,
  gatherMs: 20,
  restMs: 1_000,
  failureRestMs: 5_000,
};

/** Peers served at once. Fewer than these may hang at the same time without delaying anybody else. */
export const DEFAULT_LANE_LIMIT = 64;

export interface DeliveryReport {
  passed(pass: DeliveryPass): void;
  /** An operating failure; it is tried again after a rest. Undefined: no peer in particular. */
  failed(error: unknown, peer: ServiceID | undefined): void;
}

/** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** One lane a peer, side by side: whoever is slow or dead holds up its own lane only (ssp-binding §5). */
export class DeliveryLanes {
  private readonly lanes = new Map<ServiceID, Promise<void>>();
  /** Lanes with nothing under way, closed for a while. */
  private readonly resting = new Set<ServiceID>();
  /** Aborted to cut the present wait short. */
  private nap = new AbortController();

  constructor(
    private readonly outbox: Pick<DisconnectOutbox, 'peersWithDue' | 'onWake'>,
    private readonly deliver: Pick<DeliverDisconnects, 'execute'>,
    private readonly pause: Pause,
    private readonly report: DeliveryReport,
    private readonly laneLimit: number = DEFAULT_LANE_LIMIT,
    private readonly times: LaneTimes = DEFAULT_LANE_TIMES,
  ) {}

  /** Until `stop` is aborted; then it returns as soon as what is under way is settled. Never rejects for a failed store. */
  async run(stop: AbortSignal): Promise<void> {
    const ring = (): void => this.nap.abort();
    stop.addEventListener('abort', ring);
    let stopListening: (() => Promise<void>) | undefined;
    while (!stop.aborted) {
      this.nap = new AbortController();
      let napMs = this.times.lookEveryMs;
      try {
        stopListening ??= await this.outbox.onWake(ring);
        await this.openLanes(stop);
      } catch (error) {
        this.report.failed(error, undefined);
        napMs = this.times.failureRestMs;
      }
      await this.pause(napMs, this.nap.signal);
      await this.pause(this.times.gatherMs, stop);
    }
    stop.removeEventListener('abort', ring);
    await Promise.all(this.lanes.values());
    await stopListening?.();
  }

  private async openLanes(stop: AbortSignal): Promise<void> {
    const room = this.laneLimit - (this.lanes.size - this.resting.size);
    if (room <= 0) return;
    // Those that have a lane may well be the longest waiting: ask for so many more.
    const due = await this.outbox.peersWithDue(this.laneLimit + this.lanes.size);
    const waiting = due.filter((peer) => !this.lanes.has(peer));
    for (const peer of waiting.slice(0, room)) this.lanes.set(peer, this.lane(peer, stop));
  }

  /** Never rejects. */
  private async lane(peer: ServiceID, stop: AbortSignal): Promise<void> {
    const restMs = await this.deliverAll(peer, stop);
    this.nap.abort();
    this.resting.add(peer);
    if (restMs > 0) await this.pause(restMs, stop);
    this.resting.delete(peer);
    this.lanes.delete(peer);
  }

  /** Milliseconds that the peer is to be left alone. */
  private async deliverAll(peer: ServiceID, stop: AbortSignal): Promise<number> {
    try {
      let pass: DeliveryPass;
      do {
        pass = await this.deliver.execute(peer, stop);
        this.report.passed(pass);
      } while (pass.more && pass.reached && !stop.aborted);
      return pass.reached ? 0 : this.times.restMs;
    } catch (error) {
      this.report.failed(error, peer);
      return this.times.failureRestMs;
    }
  }
}
