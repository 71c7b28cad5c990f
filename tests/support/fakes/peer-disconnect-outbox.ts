import type { Clock, Randomness } from '@sap2/kernel';
import {
  type AnsweredDisconnect,
  type Backlog,
  type DisconnectOutbox,
  type DisconnectSupport,
  type DueDisconnect,
  type DuePeer,
  type EndCause,
  type GivenUp,
  newUserSessionID,
  type ServiceID,
  type Settlement,
  type UserSessionID,
} from '@sap2/session-core';
import { ALICE, PHONE } from '../contracts/contract-world.js';

interface Row {
  readonly due: Omit<DueDisconnect, 'attempts' | 'ageMs' | 'lineFailures' | 'support'>;
  owedAtMs: number;
  dueAtMs: number;
  leased: boolean;
  settledAtMs: number | undefined;
  attempts: number;
  outcome: Settlement['result'] | 'pending';
  error: string | undefined;
}

interface Line {
  failures: number;
  openUntilMs: number | undefined;
  error: string;
}

/** The outbox in memory, of one process; specs read `outcomes` to see how each duty ended. */
export class FakeDisconnectOutbox implements DisconnectOutbox {
  private readonly rows: Row[] = [];
  private readonly lines = new Map<ServiceID, Line>();
  private readonly support = new Map<ServiceID, DisconnectSupport>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  /** A session of the peer ended, and the peer must get a disconnect. */
  owe(peer: ServiceID, cause: EndCause, reason: string | undefined): UserSessionID {
    const sessionID = newUserSessionID(ALICE, this.randomness);
    const id = String(this.rows.length + 1);
    const nowMs = this.clock.nowMs();
    this.rows.push({
      due: { id, transactionID: `d-${id}`, peer, sessionID, userID: ALICE, client: PHONE, cause, reason },
      owedAtMs: nowMs,
      dueAtMs: nowMs,
      leased: false,
      settledAtMs: undefined,
      attempts: 0,
      outcome: 'pending',
      error: undefined,
    });
    for (const wake of this.listeners) wake();
    return sessionID;
  }

  /** In the order owed. */
  outcomes(): readonly Pick<Row, 'outcome' | 'attempts' | 'error'>[] {
    return this.rows.map(({ outcome, attempts, error }) => ({ outcome, attempts, error }));
  }

  async peersWithDue(limit: number): Promise<readonly DuePeer[]> {
    const waiting = this.pending().toSorted((a, b) => a.dueAtMs - b.dueAtMs);
    const first = new Map(waiting.toReversed().map((row) => [row.due.peer, row.dueAtMs]));
    const due = [...new Set(waiting.map(({ due: { peer } }) => peer))]
      .filter((peer) => (this.lines.get(peer)?.openUntilMs ?? first.get(peer) ?? 0) <= this.clock.nowMs())
      .map((peer) => ({ peer, isSuspect: (this.lines.get(peer)?.failures ?? 0) > 0 }));
    const suspects = due.filter(({ isSuspect }) => isSuspect).slice(0, limit);
    const wells = due.filter(({ isSuspect }) => !isSuspect).slice(0, limit);
    return due.filter((one) => suspects.includes(one) || wells.includes(one));
  }

  async claim(peer: ServiceID, limit: number, leaseMs: number): Promise<readonly DueDisconnect[]> {
    const nowMs = this.clock.nowMs();
    const claimed = this.claimable(peer, limit, leaseMs);
    for (const row of claimed) Object.assign(row, { dueAtMs: nowMs + leaseMs, leased: true });
    const lineFailures = this.lines.get(peer)?.failures ?? 0;
    return claimed.map(({ due, attempts, owedAtMs }) => ({
      ...due,
      attempts,
      ageMs: nowMs - owedAtMs,
      lineFailures,
      support: this.support.get(peer) ?? 'supported',
    }));
  }

  async lineFailed(peer: ServiceID, error: string, openForMs: number | undefined): Promise<void> {
    const line = this.lines.get(peer) ?? { failures: 0, openUntilMs: undefined, error };
    const openUntilMs = openForMs === undefined ? line.openUntilMs : this.clock.nowMs() + openForMs;
    this.lines.set(peer, { failures: line.failures + 1, openUntilMs, error });
  }

  async lineWorks(peer: ServiceID): Promise<boolean> {
    const wasOpen = this.lines.get(peer)?.openUntilMs !== undefined;
    this.lines.delete(peer);
    const waiting = this.pending().filter(({ due, leased }) => wasOpen && due.peer === peer && !leased);
    for (const row of waiting) row.dueAtMs = Math.min(row.dueAtMs, this.clock.nowMs());
    return wasOpen;
  }

  async giveUp(horizonMs: number, limit: number): Promise<readonly GivenUp[]> {
    const nowMs = this.clock.nowMs();
    const old = this.pending()
      .filter(({ due, owedAtMs, leased, dueAtMs }) => {
        const isOpen = this.lines.get(due.peer)?.openUntilMs !== undefined;
        return isOpen && !(leased && dueAtMs > nowMs) && nowMs - owedAtMs > horizonMs;
      })
      .slice(0, limit);
    for (const row of old) Object.assign(row, { outcome: 'undelivered', settledAtMs: nowMs });
    const peers = [...new Set(old.map(({ due }) => due.peer))];
    return peers.map((peer) => ({
      peer,
      count: old.filter(({ due }) => due.peer === peer).length,
      error: this.lines.get(peer)?.error ?? '',
    }));
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    for (const settlement of settlements) {
      const row = this.rows.find(({ due, outcome }) => due.id === settlement.id && outcome === 'pending');
      if (row !== undefined) this.apply(row, settlement);
    }
  }

  async settleByTransaction(
    peer: ServiceID,
    transactionID: string,
    answer: AnsweredDisconnect,
  ): Promise<DisconnectSupport | undefined> {
    const row = this.pending().find(({ due }) => due.peer === peer && due.transactionID === transactionID);
    if (row === undefined) return undefined;
    row.error = 'error' in answer ? answer.error : undefined;
    if (answer.result !== 'failed') {
      const attempts = row.attempts + (row.leased ? 1 : 0);
      Object.assign(row, {
        outcome: answer.result,
        settledAtMs: this.clock.nowMs(),
        leased: false,
        attempts,
      });
    }
    const before = this.support.get(peer) ?? 'supported';
    if (answer.result === 'not-supported') this.support.set(peer, 'unsupported');
    return before;
  }

  async setSupport(peer: ServiceID, support: DisconnectSupport): Promise<void> {
    if (support === 'on-trial' && this.support.get(peer) !== 'unsupported') return;
    this.support.set(peer, support);
    if (support === 'unsupported') return;
    const kept = this.rows
      .filter(({ due, outcome }) => due.peer === peer && outcome === 'not-supported')
      .slice(support === 'on-trial' ? -1 : 0);
    for (const row of kept) {
      const nowMs = this.clock.nowMs();
      Object.assign(row, { outcome: 'pending', attempts: 0, dueAtMs: nowMs, owedAtMs: nowMs });
    }
  }

  async forget(settledBeforeMs: number, undeliveredBeforeMs: number, limit: number): Promise<number> {
    const nowMs = this.clock.nowMs();
    const old = this.rows
      .filter(({ outcome, settledAtMs }) => {
        const isGivenUp = outcome === 'undelivered' || outcome === 'not-supported';
        const keepMs = isGivenUp ? undeliveredBeforeMs : settledBeforeMs;
        return settledAtMs !== undefined && nowMs - settledAtMs > keepMs;
      })
      .slice(0, limit);
    for (const row of old) this.rows.splice(this.rows.indexOf(row), 1);
    return old.length;
  }

  async onWake(callback: () => void): Promise<() => Promise<void>> {
    this.listeners.add(callback);
    return async () => {
      this.listeners.delete(callback);
    };
  }

  async backlog(): Promise<Backlog> {
    return this.backlogOf(this.pending());
  }

  async backlogByPeer(): Promise<readonly (Backlog & { readonly peer: ServiceID })[]> {
    const pending = this.pending();
    const peers = [...new Set(pending.map(({ due }) => due.peer))];
    return peers.map((peer) => ({ peer, ...this.backlogOf(pending.filter(({ due }) => due.peer === peer)) }));
  }

  private pending(): Row[] {
    return this.rows.filter(({ outcome }) => outcome === 'pending');
  }

  private backlogOf(rows: readonly Row[]): Backlog {
    const ages = rows.map(({ owedAtMs }) => this.clock.nowMs() - owedAtMs);
    return { pending: rows.length, oldestAgeMs: Math.max(0, ...ages) };
  }

  private apply(row: Row, settlement: Settlement): void {
    const { result } = settlement;
    row.leased = false;
    if ('error' in settlement) row.error = settlement.error;
    if (result === 'acknowledged' || result === 'unknown-there') row.error = undefined;
    if (result !== 'held' && !(result === 'not-supported' && !settlement.sent)) row.attempts += 1;
    if ('retryInMs' in settlement) row.dueAtMs = this.clock.nowMs() + settlement.retryInMs;
    else Object.assign(row, { outcome: result, settledAtMs: this.clock.nowMs() });
  }

  private claimable(peer: ServiceID, limit: number, leaseMs: number): Row[] {
    const nowMs = this.clock.nowMs();
    const waiting = this.pending().filter(({ due }) => due.peer === peer);
    const line = this.lines.get(peer);
    if (line?.openUntilMs === undefined) {
      return waiting.filter(({ dueAtMs }) => dueAtMs <= nowMs).slice(0, limit);
    }
    if (line.openUntilMs > nowMs) return [];
    line.openUntilMs = nowMs + leaseMs;
    return waiting
      .filter(({ leased, dueAtMs }) => !leased || dueAtMs <= nowMs)
      .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, 1);
  }
}
