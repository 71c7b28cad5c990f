import type { Clock } from '@sap2/kernel';
import {
  type Account,
  type AccountID,
  clientKeyOf,
  type EndCause,
  type EndedSession,
  Ending,
  type FunctionName,
  type Grant,
  type OpenOutcome,
  owesDisconnect,
  type SecondLoginPolicy,
  type ServiceID,
  type SessionBirth,
  type SessionLedger,
  type SessionPageRequest,
  shardOf,
  type ShutOut,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import type { FakeAccounts } from './fake-accounts.js';

interface LiveRow {
  session: UserSession;
  readonly transactionID: string;
  readonly bornAtMs: number;
}

/** What the reconciliation leaves to a login that is still under way (SessionLedger.bornWithin). */
const TOO_FRESH_MS = 10_000;
/** How long `open` tells of an end (OpenOutcome). */
const LATELY_MS = 7_200_000;

/** Every method does its work in one go, as a transaction does: parallel callers take turns. */
export class FakeSessionLedger implements SessionLedger {
  private readonly live = new Map<UserSessionID, LiveRow>();
  private readonly history: (EndedSession & { readonly account: AccountID; readonly atMs: number })[] = [];
  /** The pending disconnects, written in the same step as the end itself. */
  readonly outbox: EndedSession[] = [];
  /** What jobs are ending. */
  readonly shutOuts: ShutOut[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly accounts: FakeAccounts,
  ) {}

  async open(birth: SessionBirth, policy: SecondLoginPolicy): Promise<Ending<OpenOutcome>> {
    const outcome = this.opened(birth, policy);
    return new Ending(outcome, { ended: [], endedBefore: [], ...outcome });
  }

  private opened(birth: SessionBirth, policy: SecondLoginPolicy): OpenOutcome {
    const { session, transactionID } = birth;
    const repeated = this.rows().find(
      (row) => row.transactionID === transactionID && row.session.peer === session.peer,
    );
    if (repeated) {
      return { kind: 'repeated', session: repeated.session, endedBefore: this.endedLately(session.account) };
    }
    if (!isUnchanged(this.accounts.now(session.account), birth)) return { kind: 'account-changed' };

    const others = this.rows().filter((row) => row.session.account === session.account);
    const replaced = others.filter((row) => clientKeyOf(row.session.client) === clientKeyOf(session.client));
    if (replaced.length > 0 && policy.sameClient === 'reject') return { kind: 'already-logged-in' };
    const parallel = others.filter((row) => !replaced.includes(row));
    const tooMany = Math.max(0, parallel.length + 1 - policy.sessionsPerUser);
    if (tooMany > 0 && policy.overLimit === 'reject') return { kind: 'too-many-sessions' };

    const evicted = parallel.toSorted((a, b) => a.bornAtMs - b.bornAtMs).slice(0, tooMany);
    const endedBefore = this.endedLately(session.account);
    const ended = [
      ...replaced.map((row) => this.bury(row, 'replaced')),
      ...evicted.map((row) => this.bury(row, 'evicted')),
    ];
    this.live.set(session.id, { session, transactionID, bornAtMs: this.clock.nowMs() });
    return { kind: 'opened', session, ended, endedBefore };
  }

  async end(
    ids: readonly UserSessionID[],
    cause: EndCause,
    by: { readonly reason: string | undefined; readonly onlyOwnedBy: ServiceID | undefined },
  ): Promise<Ending<readonly EndedSession[]>> {
    if (ids.length > 500) throw new Error('at most 500 ids a call');
    const ended = [...new Set(ids)].flatMap((id) => {
      const row = this.live.get(id);
      const owned = row && (by.onlyOwnedBy === undefined || by.onlyOwnedBy === row.session.peer);
      return owned ? [this.bury(row, cause)] : [];
    });
    return Ending.of(ended);
  }

  async find(id: UserSessionID): Promise<UserSession | undefined> {
    return this.live.get(id)?.session;
  }

  async page({ after, limit, account, peer }: SessionPageRequest): Promise<readonly UserSession[]> {
    const sessions = this.rows()
      .map((row) => row.session)
      .filter((s) => (account ?? s.account) === s.account && (peer ?? s.peer) === s.peer);
    return pageOf(sessions, after, limit);
  }

  async pageOfShard(
    shard: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]> {
    const sessions = this.rows().map((row) => row.session);
    return pageOf(
      sessions.filter((session) => shardOf(session.account) === shard),
      after,
      limit,
    );
  }

  async bornWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]> {
    const ageMs = (row: LiveRow): number => this.clock.nowMs() - row.bornAtMs;
    const rows = this.rows().filter((row) => ageMs(row) >= TOO_FRESH_MS && ageMs(row) <= withinS * 1000);
    return pageOf(
      rows.map((row) => row.session),
      after,
      limit,
    );
  }

  async endedWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly EndedSession[]> {
    const lately = this.history.filter((row) => this.clock.nowMs() - row.atMs <= withinS * 1000);
    return pageOf(lately, after, limit).map(({ id, peer, cause }) => ({ id, peer, cause }));
  }

  async agreeServices(id: UserSessionID, agreedServices: readonly FunctionName[]): Promise<boolean> {
    return this.update(id, { agreedServices });
  }

  async resume(id: UserSessionID, particulars: Parameters<SessionLedger['resume']>[1]): Promise<boolean> {
    return this.update(id, particulars);
  }

  async recordGrants(grants: readonly Grant[]): Promise<void> {
    for (const { id, keepAliveTimeS, sapEpoch } of grants) this.update(id, { keepAliveTimeS, sapEpoch });
  }

  async shutOut(): Promise<readonly ShutOut[]> {
    return this.shutOuts;
  }

  async countLive(): Promise<number> {
    return this.live.size;
  }

  async liveAmong(ids: readonly UserSessionID[]): Promise<ReadonlySet<UserSessionID>> {
    return new Set(ids.filter((id) => this.live.has(id)));
  }

  private endedLately(account: AccountID): readonly EndedSession[] {
    return this.history
      .filter((end) => end.account === account && this.clock.nowMs() - end.atMs < LATELY_MS)
      .map(({ id, peer, cause }) => ({ id, peer, cause }))
      .toReversed();
  }

  private rows(): LiveRow[] {
    return [...this.live.values()];
  }

  private update(id: UserSessionID, change: Partial<UserSession>): boolean {
    const row = this.live.get(id);
    if (row) row.session = { ...row.session, ...change };
    return row !== undefined;
  }

  private bury({ session: { id, account, peer } }: LiveRow, cause: EndCause): EndedSession {
    const ended = { id, peer, cause };
    this.live.delete(id);
    this.history.push({ ...ended, account, atMs: this.clock.nowMs() });
    if (owesDisconnect(cause)) this.outbox.push(ended);
    return ended;
  }
}

function isUnchanged(account: Account | undefined, birth: SessionBirth): boolean {
  return account !== undefined && !account.suspended && account.version === birth.accountVersion;
}

function pageOf<T extends { readonly id: UserSessionID }>(
  items: readonly T[],
  after: UserSessionID | undefined,
  limit: number,
): readonly T[] {
  return items
    .filter(({ id }) => after === undefined || id > after)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}
