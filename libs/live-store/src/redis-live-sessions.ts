import type { Randomness } from '@sap2/kernel';
import {
  type Caller,
  type DueSession,
  type LiveSessions,
  type Renewal,
  type RenewOutcome,
  sapNodeOf,
  type ServiceID,
  type SessionTimes,
  type UserSession,
  type UserSessionID,
  lifeMs,
} from '@sap2/session-core';
import { ANY_SESSION, sessionOfKey, type ShardKeys } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { serversOf } from './server-check.js';
import { clientHash, fieldsOf } from './session-record.js';
import * as scripts from './session-scripts.js';
import { inShards, shardAt, shardKeysOf, SHARDS } from './shards.js';
import { throughScan } from './through-scan.js';

export interface SessionPeriods {
  /** Between the end of the keep-alive time and the end of the session (ssp-binding §4.3). */
  readonly graceS: number;
  /** How long an owner who missed the push can still learn why its session ended (ssp-binding §6). */
  readonly tombstoneS: number;
}

/** Longest that a disconnect waits for a login answer whose process may have died (ssp-binding §5, Order). */
const OPENING_S = 60;
const SCAN_COUNT = 1000;

/** Every method makes one script call per shard, all in parallel. `claimDue` and `drift` make two. */
export class RedisLiveSessions implements LiveSessions {
  /** Who this process is when it rebuilds. */
  private readonly rebuilder: string;

  constructor(
    private readonly redis: RedisConnection,
    private readonly randomness: Randomness,
    private readonly periods: SessionPeriods,
  ) {
    this.rebuilder = Buffer.from(randomness.bytes(16)).toString('hex');
  }

  readonly reserve: LiveSessions['reserve'] = async (id) => {
    const shard = shardKeysOf(id);
    await this.redis.run(scripts.RESERVE, [shard.mark, shard.opening(id)], [OPENING_S]);
  };

  readonly handedOver: LiveSessions['handedOver'] = async (id) => {
    await this.redis.ask((client) => client.del(shardKeysOf(id).opening(id)));
  };

  readonly put: LiveSessions['put'] = (session) => {
    const shard = shardKeysOf(session.id);
    const keys = [shard.mark, shard.deadlines, shard.session(session.id), shard.tombstone(session.id)];
    return this.redis.run(scripts.PUT, keys, [session.id, this.lifeMs(session), fieldsOf(session)]);
  };

  readonly restore: LiveSessions['restore'] = async (sessions, jitter) => {
    const jitterMs = (session: UserSession): number =>
      Math.round(this.randomness.fraction() * jitter * session.keepAliveTimeS * 1000);
    const counts = await inShards(
      sessions,
      ({ id }) => id,
      (shard, ours) => {
        const keys = ours.flatMap(({ id }) => [shard.session(id), shard.tombstone(id)]);
        const args = ours.flatMap((each) => [each.id, this.lifeMs(each) + jitterMs(each), fieldsOf(each)]);
        return this.redis.run(scripts.RESTORE, [shard.mark, shard.deadlines, ...keys], args);
      },
    );
    return { restored: counts.reduce((sum, count) => sum + count, 0) };
  };

  readonly renew: LiveSessions['renew'] = (renewals, caller, sapEpoch) =>
    this.lookAt(renewals, caller, sapEpoch, 'renew');

  readonly look: LiveSessions['look'] = async (id, caller) => {
    const [outcome] = await this.lookAt([{ id, keepAliveTimeS: undefined }], caller, undefined, 'look');
    return outcome ?? { kind: 'unknown' };
  };

  readonly times: LiveSessions['times'] = async (ids) => {
    const times: (SessionTimes | undefined)[] = Array.from(ids, () => undefined);
    await inShards(
      ids.map((id, place) => ({ id, place })),
      ({ id }) => id,
      async (shard, ours) => {
        const keys = [shard.mark, shard.deadlines, ...ours.map(({ id }) => shard.session(id))];
        const found = await this.redis.run(
          scripts.TIMES,
          keys,
          ours.map(({ id }) => id),
        );
        for (const [i, { place }] of ours.entries()) times[place] = found[i];
      },
    );
    return times;
  };

  readonly claimDue: LiveSessions['claimDue'] = async (shard, limit, leaseMs) => {
    const keys = shardAt(shard);
    const due = await this.redis.run(scripts.FIND_DUE, [keys.mark, keys.deadlines], [limit]);
    if (due.length === 0) return [];
    return this.claim(keys, due, leaseMs, 'due');
  };

  readonly claimOverdue: LiveSessions['claimOverdue'] = async (ids, leaseMs) => {
    const taken = await inShards(
      ids,
      (id) => id,
      (shard, ours) => this.claim(shard, ours, leaseMs, 'due-or-claimed'),
    );
    return taken.flat();
  };

  readonly claimLeftOut: LiveSessions['claimLeftOut'] = async (ids, rule, leaseMs) => {
    const { peer, idleSinceMs, sapEpoch } = rule;
    const node = sapNodeOf(sapEpoch) ?? '';
    const taken = await inShards(
      ids,
      (id) => id,
      (shard, ours) =>
        this.redis.run(
          scripts.CLAIM_LEFT_OUT,
          [shard.mark, shard.deadlines, ...ours.map((id) => shard.session(id))],
          [peer, idleSinceMs, sapEpoch, node, leaseMs, ...ours],
        ),
    );
    return taken.flat();
  };

  readonly drift: LiveSessions['drift'] = async (shard, limit) => {
    const keys = shardAt(shard);
    const ids = await this.redis.run(scripts.FIND_DRIFT, [keys.mark, keys.drift], [limit]);
    if (ids.length === 0) return [];
    const drifts = await this.redis.run(
      scripts.READ_DRIFT,
      [keys.mark, ...ids.map((id) => keys.session(id))],
      [],
    );
    return ids.flatMap((id, i) => {
      const drift = drifts[i];
      return drift === undefined ? [] : [{ id, ...drift }];
    });
  };

  readonly settleDrift: LiveSessions['settleDrift'] = async (recorded) => {
    const others = await inShards(
      recorded,
      ({ id }) => id,
      (shard, ours) =>
        this.redis.run(
          scripts.SETTLE_DRIFT,
          [shard.mark, shard.drift, ...ours.map(({ id }) => shard.session(id))],
          ours.flatMap(({ id, keepAliveTimeS, sapEpoch }) => [id, keepAliveTimeS, sapEpoch ?? '']),
        ),
    );
    return others.flat();
  };

  readonly lostShards: LiveSessions['lostShards'] = async () => {
    const held = await this.redis.ask((client) =>
      Promise.all(SHARDS.map(({ mark }) => client.hexists(mark, 'generation'))),
    );
    return held.flatMap((isHeld, shard) => (isHeld === 1 ? [] : [shard]));
  };

  readonly beginRebuild: LiveSessions['beginRebuild'] = (shard, leaseMs) =>
    this.redis.run(scripts.BEGIN_REBUILD, [shardAt(shard).mark], [this.rebuilder, leaseMs]);

  /** @throws LiveStoreUnavailableError if the store was emptied again since this process began, or another one took over. */
  readonly completeRebuild: LiveSessions['completeRebuild'] = (shard) =>
    this.redis.run(scripts.COMPLETE_REBUILD, [shardAt(shard).mark], [this.rebuilder]);

  /** Reaches every shard that can be reached, also when another one can not. */
  readonly pulse: LiveSessions['pulse'] = async (isServing) => {
    const flag = isServing ? '1' : '0';
    const pulses = await Promise.all(
      SHARDS.map(({ mark, drift }) => this.redis.run(scripts.PULSE, [mark, drift], [flag])),
    );
    const shardsThat = (are: scripts.Pulse): readonly number[] =>
      pulses.flatMap((pulse, shard) => (pulse === are ? [shard] : []));
    return { lost: shardsThat('lost'), drifting: shardsThat('drifting') };
  };

  readonly onConnection: LiveSessions['onConnection'] = (listener) => {
    this.redis.onConnection(listener);
  };

  readonly servers: LiveSessions['servers'] = () => serversOf(this.redis);

  /** Sessions are really counted, by a walk over every key of the store: for checks, not for requests. */
  readonly count: LiveSessions['count'] = async () => {
    // SCAN may return a key twice while a table of the server grows or a slot moves. The set holds it once.
    const sessions = new Set<UserSessionID>();
    await this.everySession(async (ids) => {
      for (const id of ids) sessions.add(id);
    });
    return { sessions: sessions.size, deadlines: await this.countDeadlines() };
  };

  readonly holdings: LiveSessions['holdings'] = async (ids) =>
    this.redis.ask((client) =>
      Promise.all(
        ids.map(async (id) => {
          const shard = shardKeysOf(id);
          const [peer, deadline] = await Promise.all([
            client.hget(shard.session(id), 'peer'),
            client.zscore(shard.deadlines, id),
          ]);
          return { id, peer: (peer ?? undefined) as ServiceID | undefined, hasDeadline: deadline !== null };
        }),
      ),
    );

  readonly everyHeld: LiveSessions['everyHeld'] = async (work) => {
    await this.everySession(work);
    for (const { deadlines } of SHARDS) {
      await throughScan(
        (cursor) => this.redis.ask((client) => client.zscan(deadlines, cursor, 'COUNT', SCAN_COUNT)),
        // Members and scores, in turns.
        (page) => work(page.filter((_, place) => place % 2 === 0) as UserSessionID[]),
      );
    }
  };

  /** As many as there are live sessions, once things calm down; one short command a shard. */
  async countDeadlines(): Promise<number> {
    const counts = await this.redis.ask((client) =>
      Promise.all(SHARDS.map((shard) => client.zcard(shard.deadlines))),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  readonly lagMs: LiveSessions['lagMs'] = async () => {
    const lags = await Promise.all(
      SHARDS.map(({ mark, deadlines }) => this.redis.run(scripts.OVERDUE, [mark, deadlines], [])),
    );
    return Math.max(...lags);
  };

  private claim(
    shard: ShardKeys,
    ids: readonly UserSessionID[],
    leaseMs: number,
    which: 'due' | 'due-or-claimed',
  ): Promise<readonly DueSession[]> {
    return this.redis.run(
      scripts.CLAIM_DUE,
      [shard.mark, shard.deadlines, ...ids.map((id) => shard.session(id))],
      [leaseMs, which === 'due' ? '0' : '1', ...ids],
    );
  }

  private lifeMs(session: UserSession): number {
    return lifeMs(session.keepAliveTimeS, this.periods.graceS);
  }

  private async lookAt(
    renewals: readonly Renewal[],
    caller: Caller,
    sapEpoch: string | undefined,
    purpose: 'renew' | 'look',
  ): Promise<readonly RenewOutcome[]> {
    const client = caller.clientKey === undefined ? '' : clientHash(caller.clientKey);
    const flag = purpose === 'renew' ? '1' : '0';
    // The script adds it to the keep-alive time, which is a stored one where none is asked for.
    const graceMs = lifeMs(0, this.periods.graceS);
    const common = [flag, graceMs, caller.peer, caller.account ?? '', client, sapEpoch ?? ''];
    const outcomes: RenewOutcome[] = Array.from(renewals, () => ({ kind: 'unknown' }));
    await inShards(
      renewals.map((renewal, place) => ({ ...renewal, place })),
      ({ id }) => id,
      async (shard, ours) => {
        const keys = ours.flatMap(({ id }) => [shard.session(id), shard.tombstone(id)]);
        const args = ours.flatMap(({ id, keepAliveTimeS }) => [id, keepAliveTimeS ?? '']);
        const found = await this.redis.run(
          scripts.RENEW,
          [shard.mark, shard.deadlines, shard.drift, shard.shutOut, ...keys],
          [...common, ...args],
        );
        for (const [i, { id, place }] of ours.entries())
          outcomes[place] = found[i]?.(id) ?? { kind: 'unknown' };
      },
    );
    return outcomes;
  }

  private async everySession(work: (ids: readonly UserSessionID[]) => Promise<void>): Promise<void> {
    for (const node of this.redis.masters()) {
      await throughScan(
        (cursor) =>
          this.redis.ask(() =>
            node.scan(cursor, 'MATCH', `${this.redis.keyPrefix}${ANY_SESSION}`, 'COUNT', SCAN_COUNT),
          ),
        (page) => work(page.map(sessionOfKey)),
      );
    }
  }
}
