import { describe, expect, it } from '@jest/globals';
import {
  ALICE,
  aLogin,
  clientAt,
  differing,
  OPERATOR,
  SessionWorld,
  USUAL_POLICY,
  userOf,
} from '@sap2/test-support';
import { CompleteLogin, type CompleteLoginPorts } from './complete-login.js';
import { CLAIM_LEASE_MS } from './end-session.js';
import { shardOf, type UserSessionID } from './ids.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';

const on = (client: string, particulars = {}) => ({ user: userOf(ALICE, clientAt(client)), ...particulars });
const logIn = (world: CompleteLoginPorts, client: string, policy = USUAL_POLICY) =>
  new CompleteLogin(world, policy).execute(aLogin(on(client)));

/** Alice has as many sessions as she may have. If it is late, the youngest is past its deadline, and no sweep has seen it. */
async function crowded(late = true): Promise<{
  world: SessionWorld;
  oldest: UserSessionID;
  second: UserSessionID;
  overdue: UserSessionID;
}> {
  const world = new SessionWorld();
  const oldest = await world.logIn(on('oldest'));
  world.clock.advance(1);
  const second = await world.logIn(on('second'));
  world.clock.advance(1);
  const overdue = await world.logIn(on('overdue', { timeToLiveS: 60 }));
  world.clock.advance(late ? 121_000 : 1);
  return { world, oldest, second, overdue };
}

describe('V3: a login over the limit', () => {
  it('ends the session that is past its deadline, with 600, and no live one', async () => {
    const { world, oldest, second, overdue } = await crowded();
    expect(await logIn(world, 'new')).toMatchObject({ kind: 'logged-in' });
    expect(world.ledger.outbox).toEqual([{ id: overdue, peer: OPERATOR, cause: 'expired' }]);
    expect(world.reported).toEqual(world.ledger.outbox);
    expect(await world.isLive(oldest)).toBe(true);
    expect(await world.isLive(second)).toBe(true);
    expect(await world.live.count()).toEqual({ sessions: 3, deadlines: 3 });
  });

  it('ends the session that a sweeper has claimed but not ended yet, with the cause of the claim', async () => {
    const { world, overdue } = await crowded();
    const due = await world.live.claimDue(shardOf(ALICE), 10, CLAIM_LEASE_MS);
    expect(due).toHaveLength(1);
    await logIn(world, 'new');
    expect(world.ledger.outbox).toEqual([{ id: overdue, peer: OPERATOR, cause: 'expired' }]);
  });

  it('evicts the oldest session when every session lives', async () => {
    const { world, oldest } = await crowded(false);
    await logIn(world, 'new');
    expect(world.ledger.outbox).toEqual([{ id: oldest, peer: OPERATOR, cause: 'evicted' }]);
  });

  it('V6: two at once end the overdue session once, and evict one live session', async () => {
    const { world, oldest, overdue } = await crowded();
    await Promise.all([logIn(world, 'new'), logIn(world, 'newer')]);
    expect(world.ledger.outbox).toEqual([
      { id: overdue, peer: OPERATOR, cause: 'expired' },
      { id: oldest, peer: OPERATOR, cause: 'evicted' },
    ]);
    expect(await world.ledger.countLive()).toBe(3);
    expect(await world.live.count()).toEqual({ sessions: 3, deadlines: 3 });
  });

  it('ends nothing when the live store cannot say which sessions are overdue', async () => {
    const { world } = await crowded();
    const claimOverdue = () => Promise.reject(new LiveStoreUnavailableError('away'));
    const live = differing(world.live, { claimOverdue });
    await expect(logIn(differing(world, { live }), 'new')).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    expect(world.ledger.outbox).toEqual([]);
    expect(await world.ledger.countLive()).toBe(3);
  });
});

describe('V3: a login that the provider would refuse', () => {
  const secondLogin = { sameClient: 'reject', sessionsPerUser: 3, overLimit: 'reject' } as const;
  const policy = { ...USUAL_POLICY, secondLogin };

  it.each(['new', 'overdue'])(
    'is not refused for a session that is past its deadline (%s)',
    async (client) => {
      const { world, overdue } = await crowded();
      expect(await logIn(world, client, policy)).toMatchObject({ kind: 'logged-in' });
      expect(world.ledger.outbox).toEqual([{ id: overdue, peer: OPERATOR, cause: 'expired' }]);
    },
  );

  it('is refused for sessions that live, and ends nothing', async () => {
    const { world } = await crowded(false);
    expect(await logIn(world, 'new', policy)).toEqual({ kind: 'too-many-sessions' });
    expect(await logIn(world, 'second', policy)).toEqual({ kind: 'already-logged-in' });
    expect(world.ledger.outbox).toEqual([]);
  });
});

describe('a login with room', () => {
  it('asks the live store for no deadlines, and neither does a takeover', async () => {
    const world = new SessionWorld();
    const claimOverdue = () => Promise.reject(new Error('asked for deadlines'));
    const here = differing(world, { live: differing(world.live, { claimOverdue }) });
    for (const client of ['a', 'b', 'c', 'a']) {
      expect(await logIn(here, client)).toMatchObject({ kind: 'logged-in' });
    }
    expect(world.ledger.outbox).toHaveLength(1);
  });
});
