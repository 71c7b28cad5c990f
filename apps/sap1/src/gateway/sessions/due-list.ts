import type { GatewayTime } from '../gateway-time.js';

const FINE_MS = 250;
/** Of what is due later than in ten minutes. So the number of slots stays small, whatever the number of items. */
const COARSE_MS = 60_000;
const FAR_MS = 600_000;

/**
 * Calls for each item when its time has come, within a quarter of a second. It takes up to a minute for what was far
 * away. It has one timer for all items, and none while it is empty. An item has one time only.
 */
export class DueList<Item> {
  /** By the time at which they end, in milliseconds. */
  readonly #slots = new Map<number, Set<Item>>();
  readonly #slotOf = new Map<Item, number>();
  #timer: { readonly slot: number; readonly cancel: () => void } | undefined;

  constructor(
    private readonly time: GatewayTime,
    private readonly due: (item: Item) => void,
  ) {}

  schedule(item: Item, atMs: number): void {
    this.remove(item);
    const widthMs = atMs - this.time.nowMs() > FAR_MS ? COARSE_MS : FINE_MS;
    const slot = Math.ceil(atMs / widthMs) * widthMs;
    const items = this.#slots.get(slot) ?? new Set();
    this.#slots.set(slot, items.add(item));
    this.#slotOf.set(item, slot);
    if (this.#timer === undefined || slot < this.#timer.slot) this.#waitFor(slot);
  }

  remove(item: Item): void {
    const slot = this.#slotOf.get(item);
    if (slot === undefined) return;
    this.#slotOf.delete(item);
    const items = this.#slots.get(slot);
    items?.delete(item);
    if (items?.size === 0) this.#slots.delete(slot);
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#slots.clear();
    this.#slotOf.clear();
  }

  #waitFor(slot: number): void {
    this.#timer?.cancel();
    const waitMs = Math.max(1, slot - this.time.nowMs());
    this.#timer = { slot, cancel: this.time.after(Math.min(waitMs, MAX_TIMER_MS), () => this.#look()) };
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.time.nowMs();
    let nearest = Infinity;
    for (const [slot, items] of Array.from(this.#slots)) {
      if (slot > nowMs) {
        nearest = Math.min(nearest, slot);
        continue;
      }
      for (const item of Array.from(items)) {
        this.remove(item);
        this.due(item);
      }
    }
    if (this.#slots.size > 0) this.#waitForNearest(nearest);
  }

  /** `due` may have scheduled something that comes earlier. */
  #waitForNearest(nearest: number): void {
    const known = this.#timer as { readonly slot: number } | undefined;
    if (nearest !== Infinity && (known === undefined || nearest < known.slot)) this.#waitFor(nearest);
  }
}

/** Longest sleep of a Node timer, some 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;
