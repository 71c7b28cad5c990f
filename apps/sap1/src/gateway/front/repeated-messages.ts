import { createHmac, randomBytes } from 'node:crypto';
import type { GatewayTime } from '../gateway-time.js';
import { ExpiringMap } from '../sessions/expiring-map.js';

/** So long the same bytes get the same answer. */
const REPEAT_MS = 60_000;
const MAX_CLIENTS = 200_000;

/** What goes out over HTTP; undefined body: nothing. */
export interface Sent {
  readonly body: Buffer | undefined;
  /** Another attempt may have another answer, so this one is not kept. */
  readonly isFleeting: boolean;
}

interface Stored {
  readonly mac: string;
  readonly sent: Promise<Sent>;
  isDone: boolean;
}

/**
 * The last answer of each client, for a message that comes again because its answer was lost. The bytes themselves are
 * not kept: only a hash of them, with a key that dies with this process.
 */
export class RepeatedMessages {
  readonly #key = randomBytes(32);
  readonly #stored: ExpiringMap<Stored>;

  constructor(time: GatewayTime) {
    this.#stored = new ExpiringMap(time, REPEAT_MS, MAX_CLIENTS);
  }

  /** The stored answer, or a new one. Repetitions of a message that is still at work share its answer. */
  async answer(slot: string, bytes: Uint8Array, make: () => Promise<Sent>): Promise<Sent> {
    const mac = createHmac('sha256', this.#key).update(bytes).digest('base64');
    const known = this.#stored.get(slot);
    if (known?.mac === mac) return known.sent;
    const stored: Stored = { mac, sent: make(), isDone: false };
    this.#stored.set(slot, stored);
    try {
      const { isFleeting } = await stored.sent;
      if (isFleeting) this.#drop(slot, stored);
    } catch (error) {
      this.#drop(slot, stored);
      throw error;
    }
    stored.isDone = true;
    return stored.sent;
  }

  has(slot: string): boolean {
    return this.#stored.get(slot) !== undefined;
  }

  /** Something newer has come from this client, or its session has ended. What is at work stays. */
  forget(slot: string): void {
    if (this.#stored.get(slot)?.isDone === true) this.#stored.delete(slot);
  }

  clear(): void {
    this.#stored.clear();
  }

  #drop(slot: string, stored: Stored): void {
    if (this.#stored.get(slot) === stored) this.#stored.delete(slot);
  }
}
