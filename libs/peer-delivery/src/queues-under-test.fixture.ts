import { parseServiceID, type ServiceID } from '@sap2/session-core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryPass } from './deliver-disconnects.js';
import { DeliveryQueues, type DeliveryReport, type QueueLimits, type QueueTimes } from './delivery-queues.js';

export const QUEUE_LIMITS: QueueLimits = { messages: 64, messagesPerPeer: 4, batchSize: 500 };

export const TIMES: QueueTimes = { lookEveryMs: 10, gatherMs: 1, restMs: 30, failureRestMs: 30 };
export const NEVER: QueueTimes = { ...TIMES, lookEveryMs: 60_000 };

export function peerNamed(name: string): ServiceID {
  const peer = parseServiceID(`wv:@${name}.example`);
  if (!peer.ok) throw new Error(peer.error);
  return peer.value;
}
export const [ALPHA, BETA, GAMMA, DELTA] = ['alpha', 'beta', 'gamma', 'delta'].map(peerNamed) as [
  ServiceID,
  ServiceID,
  ServiceID,
  ServiceID,
];

export const passOf = (peer: ServiceID, particulars: Partial<DeliveryPass> = {}): DeliveryPass => ({
  peer,
  counts: {
    acknowledged: 1,
    'unknown-there': 0,
    failed: 0,
    undelivered: 0,
    sent: 0,
    'not-supported': 0,
    held: 0,
  },
  error: undefined,
  reached: true,
  more: false,
  circuit: undefined,
  ...particulars,
});

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** An outbox that only knows which peers wait, and peers that behave as a spec says. */
export class World {
  /** The longest waiting first. */
  waiting: ServiceID[] = [];
  /** Their last message failed. */
  readonly suspects = new Set<ServiceID>();
  ring: () => void = () => undefined;
  listening = 0;
  looks = 0;
  readonly begun: ServiceID[] = [];
  /** Of each message, as begun. */
  readonly windows: number[] = [];
  /** Most messages at once to one peer. */
  most = 0;
  private readonly underWayTo = new Map<ServiceID, number>();
  readonly failures: [unknown, ServiceID | undefined][] = [];
  readonly passes: DeliveryPass[] = [];
  readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly hangs = new Map<ServiceID, () => void>();

  onWake = async (callback: () => void) => {
    this.ring = callback;
    this.listening += 1;
    return async () => {
      this.listening -= 1;
    };
  };

  peersWithDue = async (limit: number) => {
    this.looks += 1;
    const due = this.waiting.map((peer) => ({ peer, isSuspect: this.suspects.has(peer) }));
    const some = (isSuspect: boolean) => due.filter((one) => one.isSuspect === isSuspect).slice(0, limit);
    return [...some(true), ...some(false)];
  };

  /** Tells all of it at once, unless a spec says otherwise. */
  tell = async (peer: ServiceID): Promise<DeliveryPass> => {
    this.waiting = this.waiting.filter((other) => other !== peer);
    return passOf(peer);
  };

  execute = async (peer: ServiceID, _stop: AbortSignal, window?: number): Promise<DeliveryPass> => {
    const underWay = (this.underWayTo.get(peer) ?? 0) + 1;
    this.most = Math.max(this.most, underWay);
    this.underWayTo.set(peer, underWay);
    this.begun.push(peer);
    this.windows.push(window ?? 0);
    try {
      return await this.tell(peer);
    } finally {
      this.underWayTo.set(peer, (this.underWayTo.get(peer) ?? 0) - 1);
    }
  };

  run(times: QueueTimes = TIMES, limits: Partial<QueueLimits> = {}): void {
    const report: DeliveryReport = {
      passed: (pass) => this.passes.push(pass),
      failed: (error, peer) => this.failures.push([error, peer]),
    };
    const { onWake, peersWithDue, execute } = this;
    const outbox = { onWake, peersWithDue };
    const queues = { ...QUEUE_LIMITS, ...limits };
    this.running = new DeliveryQueues(outbox, { execute }, pause, report, queues, times).run(
      this.stop.signal,
    );
  }

  /** The pass of this peer ends only when it is let go. */
  hang(...peers: readonly ServiceID[]): void {
    const { tell } = this;
    this.tell = async (peer) => {
      if (peers.includes(peer)) await new Promise<void>((resolve) => this.hangs.set(peer, resolve));
      return tell(peer);
    };
  }

  letGo(peer: ServiceID): void {
    this.hangs.get(peer)?.();
  }

  async until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 6_000 && !condition(); i++) await sleep(5);
    if (!condition()) throw new Error('it did not come to that');
  }

  async end(): Promise<void> {
    this.stop.abort();
    for (const letGo of this.hangs.values()) letGo();
    await this.running;
  }

  ended(): Promise<void> {
    return this.running;
  }
}
