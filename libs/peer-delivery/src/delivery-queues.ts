import type { DisconnectOutbox, ServiceID } from '@sap2/session-core';
import type { DeliverDisconnects, DeliveryPass } from './deliver-disconnects.js';

export interface QueueTimes {
  /** Pause between two queries of the outbox without a notification. */
  readonly lookEveryMs: number;
  /** Time from a notification to the query. Ends within this time share a message. */
  readonly gatherMs: number;
  /** A peer that could not be reached is left alone for this long, however much is due for it. */
  readonly restMs: number;
  /** After a failure of a store, which is likely to last. */
  readonly failureRestMs: number;
}

export const DEFAULT_QUEUE_TIMES: QueueTimes = {
  lookEveryMs: 1_000,
  gatherMs: 20,
  restMs: 1_000,
  failureRestMs: 5_000,
};

export interface QueueLimits {
  /**
   * Messages in progress at once to peers whose last message succeeded. Half as many more may go to the others, one
   * each. So dead peers take nothing from the healthy ones.
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

interface PeerQueue {
  readonly peer: ServiceID;
  readonly isSuspect: boolean;
  messages: number;
  /** Milliseconds that the peer is to be left alone; undefined: it goes on. */
  restMs: number | undefined;
}

/**
 * One delivery queue per peer, all in parallel. A slow or dead peer delays only its own queue (ssp-binding §5). A
 * session has only one disconnect in its life, so parallel messages keep the order of each session. One statement
 * per second asks PostgreSQL for peers with due disconnects. A notification asks earlier.
 */
export class DeliveryQueues {
  private readonly queues = new Map<ServiceID, Promise<void>>();
  private readonly underWay = { well: 0, suspect: 0 };
  /**
   * Disconnects per message, if fewer than usual. The number halves when a message fails, so a disconnect that the
   * peer cannot process is soon alone. It doubles on success, so a peer that is back is not overloaded.
   */
  private readonly windows = new Map<ServiceID, number>();
  /** Aborted to cut the present wait short. */
  private nap = new AbortController();

  constructor(
    private readonly outbox: Pick<DisconnectOutbox, 'peersWithDue' | 'onWake'>,
    private readonly deliver: Pick<DeliverDisconnects, 'execute'>,
    private readonly pause: Pause,
    private readonly report: DeliveryReport,
    private readonly limits: QueueLimits,
    private readonly times: QueueTimes = DEFAULT_QUEUE_TIMES,
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
        await this.openQueues(stop);
      } catch (error) {
        this.report.failed(error, undefined);
        napMs = this.times.failureRestMs;
      }
      await this.pause(napMs, this.nap.signal);
      await this.pause(this.times.gatherMs, stop);
    }
    stop.removeEventListener('abort', ring);
    await Promise.all(this.queues.values());
    await stopListening?.();
  }

  private async openQueues(stop: AbortSignal): Promise<void> {
    if (!this.hasRoom('well') && !this.hasRoom('suspect')) return;
    // Peers with a queue may be the longest waiting, so ask for that many more.
    const due = await this.outbox.peersWithDue(this.limits.messages + this.queues.size);
    for (const { peer, isSuspect } of due) {
      if (!this.queues.has(peer) && this.hasRoom(isSuspect ? 'suspect' : 'well')) {
        this.queues.set(peer, this.runQueue({ peer, isSuspect, messages: 0, restMs: undefined }, stop));
      }
    }
  }

  private hasRoom(kind: 'well' | 'suspect'): boolean {
    const { messages } = this.limits;
    return this.underWay[kind] < (kind === 'well' ? messages : Math.ceil(messages / 2));
  }

  /** Never rejects. */
  private async runQueue(queue: PeerQueue, stop: AbortSignal): Promise<void> {
    await this.deliverAll(queue, stop);
    this.nap.abort();
    if (queue.restMs !== undefined) await this.pause(queue.restMs, stop);
    this.queues.delete(queue.peer);
  }

  /**
   * Sends message after message while more is due and the peer acknowledges. If each is full, it sends several at
   * once. A suspect peer gets one message. If it acknowledges, it counts as healthy at the next query. Never
   * rejects.
   */
  private async deliverAll(queue: PeerQueue, stop: AbortSignal): Promise<void> {
    const kind = queue.isSuspect ? 'suspect' : 'well';
    const others: Promise<void>[] = [];
    this.underWay[kind] += 1;
    queue.messages += 1;
    try {
      while (await this.deliverOnce(queue, stop)) {
        if (this.mayWiden(queue)) others.push(this.deliverAll(queue, stop));
      }
    } catch (error) {
      queue.restMs = this.times.failureRestMs;
      this.report.failed(error, queue.peer);
    }
    this.underWay[kind] -= 1;
    queue.messages -= 1;
    await Promise.all(others);
  }

  /** Whether it is to go on. */
  private async deliverOnce(queue: PeerQueue, stop: AbortSignal): Promise<boolean> {
    const window = this.windows.get(queue.peer) ?? (queue.isSuspect ? 1 : this.limits.batchSize);
    const pass = await this.deliver.execute(queue.peer, stop, window);
    this.report.passed(pass);
    this.resize(queue.peer, pass.reached ? window * 2 : Math.ceil(window / 2));
    if (!pass.reached) queue.restMs = this.times.restMs;
    return pass.more && queue.restMs === undefined && !queue.isSuspect && !stop.aborted;
  }

  private resize(peer: ServiceID, window: number): void {
    if (window >= this.limits.batchSize) this.windows.delete(peer);
    else this.windows.set(peer, window);
  }

  private mayWiden({ peer, messages }: PeerQueue): boolean {
    return messages < this.limits.messagesPerPeer && this.hasRoom('well') && !this.windows.has(peer);
  }
}
