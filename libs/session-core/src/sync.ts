import { callerOf } from './check-entitlement.js';
import type { SessionEnd } from './end/session-end.js';
import { CLAIM_LEASE_MS, endClaimed } from './end-session.js';
import { parseUserSessionID, type ServiceID, type UserSessionID } from './ids.js';
import { type KeepAliveEntry, renewEntries } from './keep-alive.js';
import { answerOf, type KeepAliveAnswer } from './keep-alive-answer.js';
import type { Grants } from './grants.js';
import type { LiveSessions } from './ports/live-sessions.port.js';
import type { SessionLedger } from './ports/session-ledger.port.js';
import type { SyncParts } from './ports/sync-parts.port.js';
import type { SessionPolicy } from './session-policy.js';
import { throughPages } from './store-pages.js';

/**
 * A session used this short before part 1 may have begun or moved while SAP 1 wrote its list. So it stays
 * (ssp-binding §4.3).
 */
const IDLE_BEFORE_SYNC_MS = 120_000;

export interface SyncRequest {
  readonly peer: ServiceID;
  readonly syncID: string;
  readonly sapEpoch: string;
  /** 1…`parts` */
  readonly part: number;
  readonly parts: number;
  readonly entries: readonly KeepAliveEntry[];
}

export interface SyncOutcome {
  /** About the sessions of this part, as for a batch. */
  readonly answer: KeepAliveAnswer;
  /** Sessions ended because no part listed them; undefined as long as parts are missing. */
  readonly leftOut: number | undefined;
}

export interface SyncPorts {
  readonly ledger: SessionLedger;
  readonly live: LiveSessions;
  readonly end: SessionEnd;
  readonly parts: SyncParts;
  readonly grants: Pick<Grants, 'renew'>;
}

/**
 * Takes SAP 1's complete list of its sessions and keeps the listed ones alive. Once every part has arrived, it ends
 * the peer's other sessions. If `sapEpoch` names a node, only those of that node end (ssp-binding §4.3).
 */
export class Sync {
  constructor(
    private readonly ports: SyncPorts,
    private readonly policy: SessionPolicy,
  ) {}

  async execute({ peer, syncID, sapEpoch, part, parts, entries }: SyncRequest): Promise<SyncOutcome> {
    const { grants } = this.ports;
    const caller = callerOf(peer, undefined);
    const outcomes = await renewEntries(grants, this.policy, entries, caller, sapEpoch);
    const answer = answerOf(outcomes, this.policy.keepAliveDefaultS);
    const listed = entries.flatMap(({ userSessionID }) => parseUserSessionID(userSessionID) ?? []);
    const gathered = await this.ports.parts.add({ peer, syncID, sapEpoch, part, parts, listed });
    if (!gathered.complete) return { answer, leftOut: undefined };
    const rule = { peer, sapEpoch, idleSinceMs: gathered.firstPartAtMs - IDLE_BEFORE_SYNC_MS };
    return { answer, leftOut: await this.endLeftOut(rule, gathered.listed) };
  }

  /** The ledger says which sessions the peer has. The live store alone judges them: it is where an epoch changes first. */
  private endLeftOut(
    rule: Parameters<LiveSessions['claimLeftOut']>[1],
    listed: ReadonlySet<UserSessionID>,
  ): Promise<number> {
    const { ledger, live } = this.ports;
    const { peer } = rule;
    return throughPages(
      (after, limit) => ledger.page({ after, limit, account: undefined, peer }),
      async (page) => {
        const ids = page.map(({ id }) => id).filter((id) => !listed.has(id));
        const claimed = await live.claimLeftOut(ids, rule, CLAIM_LEASE_MS);
        return endClaimed(
          this.ports,
          claimed.map((id) => ({ id, peer, cause: 'left-out-of-sync' })),
        );
      },
    );
  }
}
