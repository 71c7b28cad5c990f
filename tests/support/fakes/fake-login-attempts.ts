import type { Clock } from '@sap2/kernel';
import type {
  AccountID,
  AttemptAdmission,
  AttemptResult,
  LockedOut,
  LoginAttempt,
  LoginAttempts,
  ServiceID,
} from '@sap2/session-core';
import { FakeNonces } from './fake-nonces.js';

export interface AttemptRules {
  readonly perUser: number;
  readonly perPeer: number;
  readonly strangersPerS: number;
  readonly windowMs: number;
  readonly knownMs: number;
  readonly leaseMs: number;
}

const GO_AHEAD: AttemptAdmission = { kind: 'go-ahead', issuedFor: undefined };
const COME_AGAIN_MS = 2_000;
const SLOT_HORIZON_MS = 60_000;
/** For which a stranger may be later than it was asked to be. */
const SLOT_KEPT_MS = 30_000;

const USUAL_RULES: AttemptRules = {
  perUser: 5,
  perPeer: 20,
  strangersPerS: 1,
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

/** Strangers over the limit of a peer, by the time at which they may return, or of their slot. */
interface Slowed {
  readonly waiting: Map<string, number>;
  readonly slots: Map<string, number>;
  nextAtMs: number;
}

export class FakeLoginAttempts implements LoginAttempts {
  private readonly counts = new Map<string, Count>();
  private readonly knownUntilMs = new Map<string, number>();
  private readonly slowedAt = new Map<string, Slowed>();

  constructor(
    private readonly clock: Clock,
    private readonly rules = USUAL_RULES,
    private readonly nonces = new FakeNonces(clock),
  ) {}

  begin(attempt: LoginAttempt, nonce?: string): Promise<AttemptAdmission> {
    const { perUser, perPeer, leaseMs } = this.rules;
    const name = attempt.transactionID;
    const counts = [this.ofUser(attempt)];
    let admission = this.room(this.ofUser(attempt), perUser, name);
    if (admission.kind === 'go-ahead' && !this.isKnown(attempt)) {
      const peer = this.ofPeer(attempt);
      counts.push(peer);
      admission =
        peer.wrong < perPeer || peer.pending.has(name)
          ? this.room(peer, Math.max(perPeer, peer.wrong + 1), name)
          : this.slow(attempt);
    }
    if (admission.kind !== 'go-ahead') return Promise.resolve(admission);
    for (const count of counts) count.pending.set(name, this.clock.nowMs() + leaseMs);
    const issuedFor =
      nonce === undefined ? undefined : this.nonces.take(nonce, attempt, attempt.transactionID);
    return Promise.resolve({ ...admission, issuedFor });
  }

  settle(attempt: LoginAttempt, result: AttemptResult): Promise<LockedOut | undefined> {
    const nowMs = this.clock.nowMs();
    const [user, peer] = [this.ofUser(attempt), this.ofPeer(attempt)];
    for (const count of [user, peer]) count.pending.delete(attempt.transactionID);
    if (result === 'right') this.knownUntilMs.set(clientOf(attempt), nowMs + this.rules.knownMs);
    if (result === 'wrong') {
      for (const count of this.isKnown(attempt) ? [user] : [user, peer]) {
        if (count.wrong++ === 0) count.endsAtMs = nowMs + this.rules.windowMs;
      }
    }
    const isLock = result === 'wrong' && user.wrong === this.rules.perUser;
    return Promise.resolve(isLock ? { forMs: user.endsAtMs - nowMs } : undefined);
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

  private room({ wrong, pending, endsAtMs }: Count, limit: number, name: string): AttemptAdmission {
    pending.delete(name);
    if (wrong < limit) return wrong + pending.size < limit ? GO_AHEAD : { kind: 'wait' };
    return { kind: 'refused', retryAfterS: Math.ceil((endsAtMs - this.clock.nowMs()) / 1000) };
  }

  private slow(attempt: LoginAttempt): AttemptAdmission {
    const nowMs = this.clock.nowMs();
    const slowed = this.slowed(attempt.peer);
    const name = clientOf(attempt);
    const refusal = (atMs: number): AttemptAdmission => ({
      kind: 'refused',
      retryAfterS: Math.ceil((atMs - nowMs) / 1000),
    });
    const comeAgain = (): AttemptAdmission => {
      slowed.waiting.set(name, nowMs + COME_AGAIN_MS);
      return refusal(nowMs + COME_AGAIN_MS);
    };
    const slotAtMs = slowed.slots.get(name);
    if (slotAtMs !== undefined) {
      if (slotAtMs > nowMs) return refusal(slotAtMs);
      slowed.slots.delete(name);
      return GO_AHEAD;
    }
    const readyAtMs = slowed.waiting.get(name);
    if (readyAtMs === undefined) return comeAgain();
    if (readyAtMs > nowMs) return refusal(readyAtMs);
    const freeAtMs = Math.max(nowMs, slowed.nextAtMs);
    if (freeAtMs - nowMs > SLOT_HORIZON_MS) return comeAgain();
    slowed.waiting.delete(name);
    slowed.nextAtMs = freeAtMs + Math.ceil(1000 / this.rules.strangersPerS);
    if (freeAtMs === nowMs) return GO_AHEAD;
    slowed.slots.set(name, freeAtMs);
    return refusal(freeAtMs);
  }

  private slowed(peer: ServiceID): Slowed {
    const slowed = this.slowedAt.get(peer) ?? { waiting: new Map(), slots: new Map(), nextAtMs: 0 };
    this.slowedAt.set(peer, slowed);
    for (const times of [slowed.waiting, slowed.slots])
      for (const [name, atMs] of times) if (atMs <= this.clock.nowMs() - SLOT_KEPT_MS) times.delete(name);
    return slowed;
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
