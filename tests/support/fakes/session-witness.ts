import assert from 'node:assert/strict';
import {
  type AccountID,
  type ClientKey,
  clientKeyOf,
  type EndCause,
  owesDisconnect,
  sapNodeOf,
  type ServiceID,
  type UserSessionID,
} from '@sap2/session-core';
import { OPERATOR, OTHER_OPERATOR } from '../contracts/contract-world.js';
import { GRACE_S, type SessionWorld } from './session-world.js';

/** What an observer of every answer knows of a session. */
export interface WitnessedSession {
  readonly id: UserSessionID;
  readonly peer: ServiceID;
  readonly account: AccountID;
  readonly clientKey: ClientKey;
  keepAliveTimeS: number;
  sapEpoch: string | undefined;
  usedAtMs: number;
  /** Later than `usedAtMs` tells, where a rebuild spread the deadlines. */
  spareMs: number;
  ended: EndCause | undefined;
}

export const otherPeerThan = (peer: ServiceID): ServiceID => (peer === OPERATOR ? OTHER_OPERATOR : OPERATOR);

/** Writes down what the world has promised, and says where it broke its word. */
export class SessionWitness {
  readonly sessions: WitnessedSession[] = [];
  /** Began and ended before the observer looked. */
  private readonly unseen = new Set<UserSessionID>();

  constructor(
    private readonly world: SessionWorld,
    private readonly sessionsPerUser: number,
  ) {}

  get live(): readonly WitnessedSession[] {
    return this.sessions.filter(({ ended }) => ended === undefined);
  }

  deadlineMs({ usedAtMs, keepAliveTimeS, spareMs }: WitnessedSession): number {
    return usedAtMs + (keepAliveTimeS + GRACE_S) * 1000 + spareMs;
  }

  used(session: WitnessedSession, keepAliveTimeS = session.keepAliveTimeS): void {
    Object.assign(session, { keepAliveTimeS, usedAtMs: this.world.clock.nowMs(), spareMs: 0 });
  }

  /** After logins at `atMs` in an unknown order: adds the new sessions. It removes only those that a login may end. */
  async afterLogins(atMs = this.world.clock.nowMs()): Promise<void> {
    const { ledger, clock } = this.world;
    const page = await ledger.page({ after: undefined, limit: 500, account: undefined, peer: undefined });
    const born = page.filter(({ id }) => !this.sessions.some((known) => known.id === id));
    const stillLive = new Set(page.map(({ id }) => id));
    this.endedByLogins(
      this.live.filter(({ id }) => !stillLive.has(id)),
      atMs,
    );
    for (const { id, peer, account, client, keepAliveTimeS, sapEpoch } of born) {
      const clientKey = clientKeyOf(client);
      const usedAtMs = clock.nowMs();
      const ended = undefined;
      this.sessions.push({
        id,
        peer,
        account,
        clientKey,
        keepAliveTimeS,
        sapEpoch,
        usedAtMs,
        spareMs: 0,
        ended,
      });
    }
    for (const { id, cause } of ledger.outbox) {
      if (this.unseen.has(id) || this.sessions.some((known) => known.id === id)) continue;
      assertEndedByLogin(cause);
      this.unseen.add(id);
    }
  }

  /** V3: a login may evict a live session only if no session of the account is past its deadline. */
  private endedByLogins(gone: readonly WitnessedSession[], atMs: number): void {
    const isOverdue = (session: WitnessedSession): boolean => this.deadlineMs(session) <= atMs;
    for (const session of gone) {
      session.ended = this.world.ledger.outbox.find(({ id }) => id === session.id)?.cause;
      assertEndedByLogin(session.ended);
      const isExpected = session.ended === 'replaced' || isOverdue(session) === (session.ended === 'expired');
      assert.ok(isExpected, `V3: a login ended a session by ${session.ended}`);
    }
    const evictedFrom = new Set(
      gone.filter(({ ended }) => ended === 'evicted').map(({ account }) => account),
    );
    const spared = this.live.find((session) => evictedFrom.has(session.account) && isOverdue(session));
    assert.equal(spared, undefined, 'V3: a login evicted a live session and spared an overdue one');
  }

  /**
   * The sessions that a sync of the peer must end now. The ledger must have the same epochs as the live store.
   */
  leftOut(peer: ServiceID, sapEpoch: string, listed: ReadonlySet<string>): readonly WitnessedSession[] {
    const node = sapNodeOf(sapEpoch);
    const idleSinceMs = this.world.clock.nowMs() - 120_000;
    return this.live.filter((session) => {
      if (session.peer !== peer || listed.has(session.id)) return false;
      const { sapEpoch: tag, usedAtMs } = session;
      if (node !== undefined && (tag === undefined || sapNodeOf(tag) !== node)) return false;
      return usedAtMs < idleSinceMs || (tag !== undefined && tag !== sapEpoch);
    });
  }

  /** V1, V2, V4, V6 and V7, which hold after every step. */
  async expectInvariants(): Promise<void> {
    const { live, ledger } = this.world;
    const alive = this.live.length;
    const counts = { ledger: await ledger.countLive(), ...(await live.count()) };
    assert.deepEqual(counts, { ledger: alive, sessions: alive, deadlines: alive }, 'V7');
    const owed = this.sessions.filter(({ ended }) => ended !== undefined && owesDisconnect(ended));
    const owedIDs = [...owed.map(({ id }) => id), ...this.unseen].toSorted();
    assert.deepEqual(ledger.outbox.map(({ id }) => id).toSorted(), owedIDs, 'V2');
    for (const session of this.sessions) await this.expectKnownToItsOwnerOnly(session);
    this.expectLimits();
  }

  private async expectKnownToItsOwnerOnly({ id, peer, ended }: WitnessedSession): Promise<void> {
    const { live } = this.world;
    const anyone = { account: undefined, clientKey: undefined };
    const toOther = await live.look(id, { peer: otherPeerThan(peer), ...anyone });
    assert.equal(toOther.kind, 'unknown', 'V4');
    const toOwner = await live.look(id, { peer, ...anyone });
    assert.equal(toOwner.kind === 'renewed', ended === undefined, 'V1');
  }

  private expectLimits(): void {
    for (const { account, clientKey } of this.live) {
      const hers = this.live.filter((session) => session.account === account);
      assert.ok(hers.length <= this.sessionsPerUser, 'V6: sessions of a user');
      const ofClient = hers.filter((session) => session.clientKey === clientKey);
      assert.equal(ofClient.length, 1, 'V6: sessions of a client');
    }
  }
}

function assertEndedByLogin(cause: EndCause | undefined): void {
  const isAllowed = cause === 'replaced' || cause === 'evicted' || cause === 'expired';
  assert.ok(isAllowed, `a login ended a session by ${cause}`);
}
