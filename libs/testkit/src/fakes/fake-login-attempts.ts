import type { Clock } from '@sap2/kernel';
import type {
  AccountID,
  AttemptAdmission,
  AttemptResult,
  LoginAttempt,
  LoginAttempts,
  ServiceID,
} from '@sap2/session-core';

export interface AttemptRules {
  readonly perUser: number;
  readonly perPeer: number;
  readonly windowMs: number;
  readonly knownMs: number;
  readonly leaseMs: number;
}

const USUAL_RULES: AttemptRules = {
  perUser: 5,
  perPeer: 20,
  windowMs: 300_000,
  knownMs: 86_400_000,
  leaseMs: 60_000,
};

/** Wrong guesses of a window that begins with the first one, and what is being checked. */
interface Count {
  wrong: number;
  endsAtMs: number;
  readonly pending: Map<string, number>;
}

export class FakeLoginAttempts implements LoginAttempts {
  private readonly counts = new Map<string, Count>();
  private readonly knownUntilMs = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly rules = USUAL_RULES,
  ) {}

  begin(attempt: LoginAttempt): Promise<AttemptAdmission> {
    const { perUser, perPeer, leaseMs } = this.rules;
    const limits = new Map([[this.ofUser(attempt), perUser]]);
    if (!this.isKnown(attempt)) limits.set(this.ofPeer(attempt), perPeer);
    for (const [count, limit] of limits) {
      count.pending.delete(attempt.transactionID);
      const admission = this.room(count, limit);
      if (admission.kind !== 'go-ahead') return Promise.resolve(admission);
    }
    for (const count of limits.keys()) {
      count.pending.set(attempt.transactionID, this.clock.nowMs() + leaseMs);
    }
    return Promise.resolve({ kind: 'go-ahead' });
  }

  settle(attempt: LoginAttempt, result: AttemptResult): Promise<void> {
    const nowMs = this.clock.nowMs();
    const [user, peer] = [this.ofUser(attempt), this.ofPeer(attempt)];
    for (const count of [user, peer]) count.pending.delete(attempt.transactionID);
    if (result === 'right') this.knownUntilMs.set(clientOf(attempt), nowMs + this.rules.knownMs);
    if (result === 'wrong') {
      for (const count of this.isKnown(attempt) ? [user] : [user, peer]) {
        if (count.wrong++ === 0) count.endsAtMs = nowMs + this.rules.windowMs;
      }
    }
    return Promise.resolve();
  }

  forget(account: AccountID, peers: readonly ServiceID[]): Promise<void> {
    for (const peer of peers) this.ofUser({ peer, account }).wrong = 0;
    return Promise.resolve();
  }

  /** Guesses that count against the user now, those being checked among them. */
  counted(peer: ServiceID, account: AccountID): number {
    const { wrong, pending } = this.ofUser({ peer, account });
    return wrong + pending.size;
  }

  private room({ wrong, pending, endsAtMs }: Count, limit: number): AttemptAdmission {
    if (wrong < limit) return { kind: wrong + pending.size < limit ? 'go-ahead' : 'wait' };
    return { kind: 'refused', retryAfterS: Math.ceil((endsAtMs - this.clock.nowMs()) / 1000) };
  }

  private isKnown(attempt: LoginAttempt): boolean {
    return (this.knownUntilMs.get(clientOf(attempt)) ?? 0) > this.clock.nowMs();
  }

  private ofUser({ peer, account }: Pick<LoginAttempt, 'peer' | 'account'>): Count {
    return this.count(`${peer} ${account}`);
  }

  private ofPeer({ peer }: LoginAttempt): Count {
    return this.count(peer);
  }

  private count(key: string): Count {
    const nowMs = this.clock.nowMs();
    const count = this.counts.get(key) ?? { wrong: 0, endsAtMs: 0, pending: new Map<string, number>() };
    this.counts.set(key, count);
    if (count.endsAtMs <= nowMs) count.wrong = 0;
    for (const [name, lapsesAtMs] of count.pending) if (lapsesAtMs <= nowMs) count.pending.delete(name);
    return count;
  }
}

const clientOf = ({ peer, account, clientKey }: LoginAttempt): string => `${peer} ${account} ${clientKey}`;
