import type { Clock } from '@sap2/kernel';
import type { SyncPart, SyncParts } from '@sap2/session-core';

interface GatheredSet {
  readonly untilMs: number;
  readonly parts: Map<number, { readonly atMs: number; readonly listed: SyncPart['listed'] }>;
  done: boolean;
}

export class FakeSyncParts implements SyncParts {
  private readonly sets = new Map<string, GatheredSet>();

  constructor(
    private readonly clock: Clock,
    private readonly lifeMs = 60_000,
  ) {}

  add(part: SyncPart): ReturnType<SyncParts['add']> {
    const set = this.setOf(part);
    if (!set.parts.has(part.part))
      set.parts.set(part.part, { atMs: this.clock.nowMs(), listed: part.listed });
    const first = set.parts.get(1);
    if (set.done || !first || set.parts.size < part.parts) return Promise.resolve({ complete: false });
    set.done = true;
    const listed = new Set([...set.parts.values()].flatMap((gathered) => gathered.listed));
    return Promise.resolve({ complete: true, firstPartAtMs: first.atMs, listed });
  }

  private setOf({ peer, syncID, sapEpoch, parts }: SyncPart): GatheredSet {
    const key = JSON.stringify([peer, syncID, sapEpoch, parts]);
    const known = this.sets.get(key);
    if (known && known.untilMs > this.clock.nowMs()) return known;
    const fresh: GatheredSet = { untilMs: this.clock.nowMs() + this.lifeMs, parts: new Map(), done: false };
    this.sets.set(key, fresh);
    return fresh;
  }
}
