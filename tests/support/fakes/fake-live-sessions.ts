import type { Clock } from '@sap2/kernel';
import {
  type Caller,
  clientKeyOf,
  type DueSession,
  type EndCause,
  type EndedSession,
  type Grant,
  type Holding,
  domainOfAccount,
  type LiveEnds,
  type LiveSessions,
  LiveStoreUnavailableError,
  type Renewal,
  type RenewOutcome,
  sapNodeOf,
  type ServiceID,
  type SessionTimes,
  type ShutOut,
  SHARD_COUNT,
  shardOfSession,
  type ShardsSeen,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';

interface Entry {
  session: UserSession;
  usedAtMs: number;
  deadlineMs: number;
  /** A caller is ending it: the cause stays, and the lease expires. */
  claim: { readonly cause: EndCause; leaseEndsAtMs: number } | undefined;
}

const RESERVED_FOR_MS = 60_000;
const LONGEST_SILENCE_MS = 5_000;

/** Every method does its work in one go, as a script does. Time is a clock that the test moves. */
export class FakeLiveSessions implements LiveSessions, LiveEnds {
  private readonly entries = new Map<UserSessionID, Entry>();
  private readonly tombstones = new Map<UserSessionID, EndedSession>();
  private readonly reservedUntilMs = new Map<UserSessionID, number>();
  private readonly shutOuts = new Map<ServiceID, ShutOut>();
  private readonly drifted = new Set<UserSessionID>();
  private readonly lost = new Set<number>();
  private readonly rebuilding = new Map<number, number>();
  private readonly connectionListeners: (() => void)[] = [];
  private beatMs: number | undefined;
  private outageMs = 0;
  private server = 1;
  /** The test's way to cut the wire: so many more answers, and then none. */
  answersLeft = Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly graceS = 60,
  ) {}

  loseEverything(): void {
    const { entries, tombstones, shutOuts, reservedUntilMs, drifted, rebuilding } = this;
    for (const held of [entries, tombstones, shutOuts, reservedUntilMs, drifted, rebuilding]) held.clear();
    for (let shard = 0; shard < SHARD_COUNT; shard++) this.lost.add(shard);
  }

  /** As if its server had been started again, or a replica had taken over. */
  replaceServer(): void {
    this.server += 1;
    for (const listener of this.connectionListeners) listener();
  }

  async reserve(id: UserSessionID): Promise<void> {
    this.answerFor(id);
    this.reservedUntilMs.set(id, this.clock.nowMs() + RESERVED_FOR_MS);
  }

  async handedOver(id: UserSessionID): Promise<void> {
    this.answerFor(id);
    this.reservedUntilMs.delete(id);
  }

  async put(session: UserSession): Promise<'stored' | 'ended'> {
    this.answerFor(session.id);
    if (this.tombstones.has(session.id) || this.entries.get(session.id)?.claim) return 'ended';
    this.store(session, 0);
    return 'stored';
  }

  async restore(sessions: readonly UserSession[], jitter: number): Promise<{ readonly restored: number }> {
    this.answer();
    const missing = sessions.filter(({ id }) => !this.entries.has(id) && !this.tombstones.has(id));
    for (const session of missing) this.store(session, jitter);
    return { restored: missing.length };
  }

  async renew(
    renewals: readonly Renewal[],
    caller: Caller,
    sapEpoch: string | undefined,
  ): Promise<readonly RenewOutcome[]> {
    for (const { id } of renewals) this.answerFor(id);
    return renewals.map((renewal) => {
      const seen = this.see(renewal.id, caller);
      const entry = this.entries.get(renewal.id);
      if (seen.kind !== 'renewed' || !entry) return seen;
      const keepAliveTimeS = renewal.keepAliveTimeS ?? seen.keepAliveTimeS;
      const epoch = sapEpoch ?? entry.session.sapEpoch;
      if (keepAliveTimeS !== seen.keepAliveTimeS || epoch !== entry.session.sapEpoch) {
        this.drifted.add(renewal.id);
      }
      this.store({ ...entry.session, keepAliveTimeS, sapEpoch: epoch }, 0);
      if (!this.drifted.has(renewal.id)) return { ...seen, keepAliveTimeS };
      return { ...seen, keepAliveTimeS, unrecorded: { id: renewal.id, keepAliveTimeS, sapEpoch: epoch } };
    });
  }

  async look(id: UserSessionID, caller: Caller): Promise<RenewOutcome> {
    this.answerFor(id);
    return this.see(id, caller);
  }

  async times(ids: readonly UserSessionID[]): Promise<readonly (SessionTimes | undefined)[]> {
    return ids.map((id) => {
      this.answerFor(id);
      const entry = this.entries.get(id);
      if (entry === undefined || entry.claim !== undefined) return undefined;
      const expiresAtMs = entry.deadlineMs - this.serviceMs() + this.clock.nowMs();
      return { lastKeepAliveAtMs: entry.usedAtMs, expiresAtMs };
    });
  }

  async remove(
    ended: readonly EndedSession[],
  ): Promise<{ readonly notHandedOver: readonly UserSessionID[] }> {
    for (const { id } of ended) this.answerFor(id);
    for (const one of ended) {
      this.entries.delete(one.id);
      this.drifted.delete(one.id);
      if (!this.tombstones.has(one.id)) this.tombstones.set(one.id, one);
    }
    const nowMs = this.clock.nowMs();
    const underWay = ended.filter(({ id }) => (this.reservedUntilMs.get(id) ?? 0) > nowMs);
    return { notHandedOver: underWay.map(({ id }) => id) };
  }

  async shutOut(shut: ShutOut): Promise<void> {
    this.answer();
    const held = this.shutOuts.get(shut.peer);
    if (held === undefined || Number(held.job) <= Number(shut.job)) this.shutOuts.set(shut.peer, shut);
  }

  async letIn({ peer, job }: Pick<ShutOut, 'peer' | 'job'>): Promise<void> {
    this.answer();
    if (this.shutOuts.get(peer)?.job === job) this.shutOuts.delete(peer);
  }

  async claimDue(shard: number, limit: number, leaseMs: number): Promise<readonly DueSession[]> {
    this.answer(shard);
    const nowMs = this.serviceMs();
    return [...this.entries.values()]
      .filter(({ session }) => shardOfSession(session.id) === shard)
      .filter((entry) => (entry.claim?.leaseEndsAtMs ?? entry.deadlineMs) <= nowMs)
      .toSorted((a, b) => a.deadlineMs - b.deadlineMs)
      .slice(0, limit)
      .map((entry) => this.claim(entry, leaseMs));
  }

  async claimOverdue(ids: readonly UserSessionID[], leaseMs: number): Promise<readonly DueSession[]> {
    for (const id of ids) this.answerFor(id);
    return ids
      .flatMap((id) => this.entries.get(id) ?? [])
      .filter((entry) => entry.claim !== undefined || entry.deadlineMs <= this.serviceMs())
      .map((entry) => this.claim(entry, leaseMs));
  }

  async claimLeftOut(
    ids: readonly UserSessionID[],
    rule: { readonly peer: ServiceID; readonly idleSinceMs: number; readonly sapEpoch: string },
    leaseMs: number,
  ): Promise<readonly UserSessionID[]> {
    for (const id of ids) this.answerFor(id);
    const node = sapNodeOf(rule.sapEpoch);
    return ids.filter((id) => {
      const entry = this.entries.get(id);
      if (!entry || entry.claim || entry.session.peer !== rule.peer) return false;
      const { sapEpoch } = entry.session;
      if (node !== undefined && (sapEpoch === undefined || sapNodeOf(sapEpoch) !== node)) return false;
      const leftBehind = sapEpoch !== undefined && sapEpoch !== rule.sapEpoch;
      if (!leftBehind && entry.usedAtMs >= rule.idleSinceMs) return false;
      entry.claim = { cause: 'left-out-of-sync', leaseEndsAtMs: this.serviceMs() + leaseMs };
      return true;
    });
  }

  async drift(shard: number, limit: number): Promise<readonly Grant[]> {
    this.answer(shard);
    return [...this.drifted]
      .filter((id) => shardOfSession(id) === shard)
      .slice(0, limit)
      .flatMap((id) => {
        const session = this.entries.get(id)?.session;
        return session ? [{ id, keepAliveTimeS: session.keepAliveTimeS, sapEpoch: session.sapEpoch }] : [];
      });
  }

  async settleDrift(recorded: readonly Grant[]): Promise<readonly UserSessionID[]> {
    for (const { id } of recorded) this.answerFor(id);
    return recorded.flatMap(({ id, keepAliveTimeS, sapEpoch }) => {
      const held = this.entries.get(id)?.session;
      const isOther = held && (held.keepAliveTimeS !== keepAliveTimeS || held.sapEpoch !== sapEpoch);
      if (isOther) this.drifted.add(id);
      else this.drifted.delete(id);
      return isOther ? [id] : [];
    });
  }

  async lostShards(): Promise<readonly number[]> {
    this.answer();
    return [...this.lost];
  }

  async beginRebuild(shard: number, leaseMs: number): Promise<boolean> {
    this.answer();
    if ((this.rebuilding.get(shard) ?? 0) > this.clock.nowMs()) return false;
    this.rebuilding.set(shard, this.clock.nowMs() + leaseMs);
    return true;
  }

  async completeRebuild(shard: number): Promise<void> {
    this.answer();
    this.rebuilding.delete(shard);
    this.lost.delete(shard);
  }

  async pulse(isServing: boolean): Promise<ShardsSeen> {
    this.answer();
    if (isServing) {
      this.outageMs = this.clock.nowMs() - this.serviceMs();
      this.beatMs = this.clock.nowMs();
    }
    const drifting = new Set([...this.drifted].map(shardOfSession));
    return { lost: [...this.lost], drifting: [...drifting].filter((shard) => !this.lost.has(shard)) };
  }

  async servers(): Promise<string> {
    this.answer();
    return String(this.server);
  }

  onConnection(listener: () => void): void {
    this.connectionListeners.push(listener);
  }

  async count(): Promise<{ readonly sessions: number; readonly deadlines: number }> {
    this.answer();
    return { sessions: this.entries.size, deadlines: this.entries.size };
  }

  async holdings(ids: readonly UserSessionID[]): Promise<readonly Holding[]> {
    this.answer();
    return ids.map((id) => {
      const entry = this.entries.get(id);
      return { id, peer: entry?.session.peer, hasDeadline: entry !== undefined };
    });
  }

  async everyHeld(work: (ids: readonly UserSessionID[]) => Promise<void>): Promise<void> {
    this.answer();
    await work([...this.entries.keys()]);
  }

  async lagMs(): Promise<number> {
    this.answer();
    const deadlines = [...this.entries.values()].map(({ deadlineMs }) => deadlineMs);
    return Math.max(0, ...deadlines.map((deadlineMs) => this.serviceMs() - deadlineMs));
  }

  private see(id: UserSessionID, { peer, account, clientKey }: Caller): RenewOutcome {
    const tombstone = this.tombstones.get(id);
    if (tombstone?.peer === peer) return { kind: 'ended', cause: tombstone.cause };
    const entry = this.entries.get(id);
    if (!entry || entry.session.peer !== peer) return { kind: 'unknown' };
    if (entry.claim) return { kind: 'ended', cause: entry.claim.cause };
    const { session } = entry;
    if (!isCaller(session, { account, clientKey })) return { kind: 'mismatch' };
    if (this.isShutOut(session)) return { kind: 'ended', cause: 'agreement-ended' };
    return { kind: 'renewed', keepAliveTimeS: session.keepAliveTimeS, cspVersion: session.cspVersion };
  }

  private claim(entry: Entry, leaseMs: number): DueSession {
    const cause = entry.claim?.cause ?? 'expired';
    entry.claim = { cause, leaseEndsAtMs: this.serviceMs() + leaseMs };
    return { id: entry.session.id, peer: entry.session.peer, cause };
  }

  private isShutOut({ peer, account }: UserSession): boolean {
    return this.shutOuts.get(peer)?.keeps.includes(domainOfAccount(account)) === false;
  }

  private store(session: UserSession, jitter: number): void {
    const lifeMs = (session.keepAliveTimeS * (1 + jitter) + this.graceS) * 1000;
    this.entries.set(session.id, {
      session,
      usedAtMs: this.clock.nowMs(),
      deadlineMs: this.serviceMs() + lifeMs,
      claim: undefined,
    });
  }

  /** Service time, which deadlines use: it stops while no process reports that it serves peers. */
  private serviceMs(): number {
    const nowMs = this.clock.nowMs();
    const beatMs = this.beatMs ?? nowMs;
    return (nowMs - beatMs > LONGEST_SILENCE_MS ? beatMs : nowMs) - this.outageMs;
  }

  private answerFor(id: UserSessionID): void {
    this.answer(shardOfSession(id));
  }

  private answer(shard?: number): void {
    if (this.answersLeft <= 0) throw new LiveStoreUnavailableError('cut off by the test');
    this.answersLeft -= 1;
    if (shard !== undefined && this.lost.has(shard)) {
      throw new LiveStoreUnavailableError(`shard ${shard} is lost`);
    }
  }
}

const isCaller = (
  session: UserSession,
  { account, clientKey }: Pick<Caller, 'account' | 'clientKey'>,
): boolean =>
  (account ?? session.account) === session.account &&
  (clientKey ?? clientKeyOf(session.client)) === clientKeyOf(session.client);
