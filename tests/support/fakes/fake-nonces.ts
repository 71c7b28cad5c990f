import type { Clock } from '@sap2/kernel';
import type { DigestSchema, NonceBinding, Nonces } from '@sap2/session-core';

interface KeptNonce {
  readonly binding: NonceBinding;
  readonly untilMs: number;
  takenBy: string | undefined;
}

export class FakeNonces implements Nonces {
  private readonly kept = new Map<string, KeptNonce>();

  constructor(
    private readonly clock: Clock,
    private readonly lifeMs = 120_000,
  ) {}

  keep(nonce: string, binding: NonceBinding): Promise<void> {
    this.kept.set(nonce, { binding, untilMs: this.clock.nowMs() + this.lifeMs, takenBy: undefined });
    return Promise.resolve();
  }

  /** The schema that it was issued for, once. */
  take(
    nonce: string,
    binding: Omit<NonceBinding, 'schema'>,
    transactionID: string,
  ): DigestSchema | undefined {
    const entry = this.kept.get(nonce);
    const fits =
      entry !== undefined &&
      entry.untilMs > this.clock.nowMs() &&
      entry.binding.peer === binding.peer &&
      entry.binding.account === binding.account &&
      entry.binding.clientKey === binding.clientKey &&
      (entry.takenBy ?? transactionID) === transactionID;
    if (!fits) return undefined;
    entry.takenBy = transactionID;
    return entry.binding.schema;
  }
}
