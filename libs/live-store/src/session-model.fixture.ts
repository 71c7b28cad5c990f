import type {
  EndCause,
  EndedSession,
  Renewal,
  RenewOutcome,
  UserSession,
  UserSessionID,
} from '@sap2/session-core';

interface Held {
  session: UserSession;
  deadlineS: number;
  cause: EndCause | undefined;
}

/**
 * A model of the live store with a map and a clock that only the test moves. The real store must behave the same.
 */
export class SessionModel {
  nowS = 0;
  readonly held = new Map<UserSessionID, Held>();
  readonly tombstones = new Map<UserSessionID, EndedSession>();
  /** Grants that the ledger does not have. */
  private readonly drifted = new Set<UserSessionID>();

  constructor(private readonly graceS: number) {}

  put(session: UserSession): 'stored' | 'ended' {
    const before = this.held.get(session.id);
    if (this.tombstones.has(session.id)) return 'ended';
    if (before !== undefined && (before.cause !== undefined || this.isPast(before))) return 'ended';
    this.store(session);
    return 'stored';
  }

  restore(sessions: readonly UserSession[]): number {
    const missing = sessions.filter(({ id }) => !this.held.has(id) && !this.tombstones.has(id));
    for (const session of missing) this.store(session);
    return missing.length;
  }

  renew({ id, keepAliveTimeS }: Renewal, peer: string, prolong: boolean): RenewOutcome {
    const held = this.held.get(id);
    const tombstone = this.tombstones.get(id);
    if (tombstone !== undefined && tombstone.peer === peer) return { kind: 'ended', cause: tombstone.cause };
    if (held === undefined || held.session.peer !== peer) return { kind: 'unknown' };
    if (held.cause !== undefined) return { kind: 'ended', cause: held.cause };
    if (this.isPast(held)) return { kind: 'ended', cause: 'expired' };
    const session = { ...held.session, keepAliveTimeS: keepAliveTimeS ?? held.session.keepAliveTimeS };
    return prolong ? this.prolong(session, held.session) : renewedAs(session);
  }

  private prolong(session: UserSession, before: UserSession): RenewOutcome {
    const { id, keepAliveTimeS, sapEpoch } = session;
    if (keepAliveTimeS !== before.keepAliveTimeS) this.drifted.add(id);
    this.store(session);
    if (!this.drifted.has(id)) return renewedAs(session);
    return { ...renewedAs(session), unrecorded: { id, keepAliveTimeS, sapEpoch } };
  }

  remove(ended: EndedSession): void {
    this.held.delete(ended.id);
    this.drifted.delete(ended.id);
    if (!this.tombstones.has(ended.id)) this.tombstones.set(ended.id, ended);
  }

  /** Everything that a claim without a limit takes. */
  claimDue(isInShard: (id: UserSessionID) => boolean, leaseS: number): ReadonlyMap<UserSessionID, EndCause> {
    const taken = new Map<UserSessionID, EndCause>();
    for (const [id, held] of this.held) {
      if (!isInShard(id) || !this.isPast(held)) continue;
      taken.set(id, this.claim(held, leaseS));
    }
    return taken;
  }

  claimOverdue(ids: readonly UserSessionID[], leaseS: number): ReadonlyMap<UserSessionID, EndCause> {
    const taken = new Map<UserSessionID, EndCause>();
    for (const id of ids) {
      const held = this.held.get(id);
      if (held === undefined || (held.cause === undefined && !this.isPast(held))) continue;
      taken.set(id, this.claim(held, leaseS));
    }
    return taken;
  }

  claimLeftOut(
    ids: readonly UserSessionID[],
    peer: string,
    sapEpoch: string,
    leaseS: number,
  ): UserSessionID[] {
    return ids.filter((id) => {
      const held = this.held.get(id);
      if (held === undefined || held.cause !== undefined || held.session.peer !== peer) return false;
      if (held.session.sapEpoch === undefined || held.session.sapEpoch === sapEpoch) return false;
      held.cause = 'left-out-of-sync';
      held.deadlineS = this.nowS + leaseS;
      return true;
    });
  }

  private claim(held: Held, leaseS: number): EndCause {
    held.deadlineS = this.nowS + leaseS;
    return (held.cause ??= 'expired');
  }

  private isPast({ deadlineS }: Held): boolean {
    return deadlineS < this.nowS;
  }

  private store(session: UserSession): void {
    const deadlineS = this.nowS + session.keepAliveTimeS + this.graceS;
    this.held.set(session.id, { session, deadlineS, cause: undefined });
  }
}

const renewedAs = ({ keepAliveTimeS, cspVersion }: UserSession) =>
  ({ kind: 'renewed', keepAliveTimeS, cspVersion }) as const;
