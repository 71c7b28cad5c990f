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

export interface LaneLimits {
  /**
   * Messages under way at once to peers whose last message got through. Half as many again may be under way to the others,
   * one each: however many peers are dead, they take nothing from the living.
   */
  readonly messages: number;
  /** Of these to one peer, when it has more to hear than one message holds. */
  readonly messagesPerPeer: number;
  /** Disconnects of a message. */
  readonly batchSize: number;
}

export interface DeliveryReport {
  passed(pass: DeliveryPass): void;
  /** An operating failure; it is tried again after a rest. Undefined: no peer in particular. */
  failed(error: unknown, peer: ServiceID | undefined): void;
}

/** Resolves after so many milliseconds, or at once when the signal is aborted; never rejects. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

interface Lane {
  readonly peer: ServiceID;
  readonly isSuspect: boolean;
  messages: number;
  /** Milliseconds that the peer is to be left alone; undefined: it goes on. */
  restMs: number | undefined;
}

/**
 * One lane a peer, side by side: whoever is slow or dead holds up its own lane only (ssp-binding §5). A session has but one
 * disconnect in its life, so several messages under way to a peer cannot bring a session's messages out of order. Asks
 * PostgreSQL once a second which peers have something due: one statement; a notification brings the question forward.
 */
export class DeliveryLanes {
  private readonly lanes = new Map<ServiceID, Promise<void>>();
  private readonly underWay = { well: 0, suspect: 0 };
  /**
   * Disconnects of a message, where they are fewer than usual. Halved when a message fails, so that one that the peer cannot
   * stomach is alone before long; doubled when one gets through, so that who is back is not run over.
   */
  private readonly windows = new Map<ServiceID, number>();
  /** Aborted to cut the present wait short. */
  private nap = new AbortController();

  constructor(
    private readonly outbox: Pick<DisconnectOutbox, 'peersWithDue' | 'onWake'>,
    private readonly deliver: Pick<DeliverDisconnects, 'execute'>,
    private readonly pause: Pause,
    private readonly report: DeliveryReport,
    private readonly limits: LaneLimits,
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
    if (!this.hasRoom('well') && !this.hasRoom('suspect')) return;
    // Those that have a lane may well be the longest waiting: ask for so many more.
    const due = await this.outbox.peersWithDue(this.limits.messages + this.lanes.size);
    for (const { peer, isSuspect } of due) {
      if (!this.lanes.has(peer) && this.hasRoom(isSuspect ? 'suspect' : 'well')) {
        this.lanes.set(peer, this.lane({ peer, isSuspect, messages: 0, restMs: undefined }, stop));
      }
    }
  }

  private hasRoom(kind: 'well' | 'suspect'): boolean {
    const { messages } = this.limits;
    return this.underWay[kind] < (kind === 'well' ? messages : Math.ceil(messages / 2));
  }

  /** Never rejects. */
  private async lane(lane: Lane, stop: AbortSignal): Promise<void> {
    await this.deliverAll(lane, stop);
    this.nap.abort();
    if (lane.restMs !== undefined) await this.pause(lane.restMs, stop);
    this.lanes.delete(lane.peer);
  }

  /**
   * Message after message while more is due and the peer listens; several at once when each of them is full. A peer that is
   * suspect gets one: if it listens, it has a lane among the well at the next look. Never rejects.
   */
  private async deliverAll(lane: Lane, stop: AbortSignal): Promise<void> {
    const kind = lane.isSuspect ? 'suspect' : 'well';
    const others: Promise<void>[] = [];
    this.underWay[kind] += 1;
    lane.messages += 1;
    try {
      while (await this.deliverOnce(lane, stop)) {
        if (this.mayWiden(lane)) others.push(this.deliverAll(lane, stop));
      }
    } catch (error) {
      lane.restMs = this.times.failureRestMs;
      this.report.failed(error, lane.peer);
    }
    this.underWay[kind] -= 1;
    lane.messages -= 1;
    await Promise.all(others);
  }

  /** Whether it is to go on. */
  private async deliverOnce(lane: Lane, stop: AbortSignal): Promise<boolean> {
    const window = this.windows.get(lane.peer) ?? (lane.isSuspect ? 1 : this.limits.batchSize);
    const pass = await this.deliver.execute(lane.peer, stop, window);
    this.report.passed(pass);
    this.resize(lane.peer, pass.reached ? window * 2 : Math.ceil(window / 2));
    if (!pass.reached) lane.restMs = this.times.restMs;
    return pass.more && lane.restMs === undefined && !lane.isSuspect && !stop.aborted;
  }

  private resize(peer: ServiceID, window: number): void {
    if (window >= this.limits.batchSize) this.windows.delete(peer);
    else this.windows.set(peer, window);
  }

  private mayWiden({ peer, messages }: Lane): boolean {
    return messages < this.limits.messagesPerPeer && this.hasRoom('well') && !this.windows.has(peer);
  }
}
