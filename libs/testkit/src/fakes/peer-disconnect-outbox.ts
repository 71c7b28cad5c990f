import type { Clock, Randomness } from '@sap2/kernel';
import {
  type Backlog,
  type DisconnectOutbox,
  type DueDisconnect,
  type EndCause,
  newUserSessionID,
  type ServiceID,
  type Settlement,
  type UserSessionID,
} from '@sap2/session-core';
import { ALICE, PHONE } from '../contracts/contract-world.js';

interface Row {
  readonly due: Omit<DueDisconnect, 'attempts' | 'ageMs'>;
  readonly owedAtMs: number;
  dueAtMs: number;
  attempts: number;
  outcome: Settlement['result'] | 'pending';
  error: string | undefined;
}

/** The outbox in memory, of one process; specs read `outcomes` to see how each duty ended. */
export class FakeDisconnectOutbox implements DisconnectOutbox {
  private readonly rows: Row[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  /** A session of the peer ended: it is to be told. */
  owe(peer: ServiceID, cause: EndCause, reason: string | undefined): UserSessionID {
    const sessionID = newUserSessionID(ALICE, this.randomness);
    const id = String(this.rows.length + 1);
    const nowMs = this.clock.nowMs();
    this.rows.push({
      due: { id, transactionID: `d-${id}`, peer, sessionID, userID: ALICE, client: PHONE, cause, reason },
      owedAtMs: nowMs,
      dueAtMs: nowMs,
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

  async peersWithDue(limit: number): Promise<readonly ServiceID[]> {
    const waiting = this.dueNow().toSorted((a, b) => a.dueAtMs - b.dueAtMs);
    return [...new Set(waiting.map(({ due }) => due.peer))].slice(0, limit);
  }

  async claim(peer: ServiceID, limit: number, leaseMs: number): Promise<readonly DueDisconnect[]> {
    const nowMs = this.clock.nowMs();
    const claimed = this.dueNow()
      .filter(({ due }) => due.peer === peer)
      .slice(0, limit);
    for (const row of claimed) row.dueAtMs = nowMs + leaseMs;
    return claimed.map(({ due, attempts, owedAtMs }) => ({ ...due, attempts, ageMs: nowMs - owedAtMs }));
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
    result: 'acknowledged' | 'unknown-there' | 'failed',
  ): Promise<boolean> {
    const row = this.rows.find(
      ({ due, outcome }) => due.peer === peer && due.transactionID === transactionID && outcome === 'pending',
    );
    if (row !== undefined && result !== 'failed') row.outcome = result;
    return row !== undefined;
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
    if ('error' in settlement) row.error = settlement.error;
    if (result === 'failed') row.attempts += 1;
    if (result === 'failed' || result === 'held') row.dueAtMs = this.clock.nowMs() + settlement.retryInMs;
    else row.outcome = result;
  }

  private dueNow(): Row[] {
    return this.rows.filter(({ outcome, dueAtMs }) => outcome === 'pending' && dueAtMs <= this.clock.nowMs());
  }
}
