import { describe, expect, it } from '@jest/globals';
import { ALICE, differing, OPERATOR, SessionWorld, TABLET, USUAL_POLICY, userOf } from '@sap2/test-support';
import { Grants } from './grants.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { RebuildLiveStore } from './rebuild-live-store.js';
import { Sync } from './sync.js';

const THE_PEER = { peer: OPERATOR, account: undefined, clientKey: undefined };
const NEVER = (): Promise<void> => new Promise(() => undefined);
const refuse = (): Promise<never> => Promise.reject(new Error('the ledger is away'));

describe('a grant', () => {
  it('V9: is in the ledger when it is answered, time and epoch', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ sapEpoch: 'n:1' });
    await world.grants.renew([{ id, keepAliveTimeS: 90 }], THE_PEER, 'n:2');
    expect(await world.ledger.find(id)).toMatchObject({ keepAliveTimeS: 90, sapEpoch: 'n:2' });
    expect((await world.live.pulse(true)).drifting).toEqual([]);
  });

  it('V3: is given back by a rebuild', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 60 });
    await world.grants.renew([{ id, keepAliveTimeS: 3_600 }], THE_PEER, undefined);
    world.live.loseEverything();
    await new RebuildLiveStore(world).execute();
    world.clock.advance(3_600_000);
    expect(await world.sweep()).toBe(0);
    expect(await world.live.look(id, THE_PEER)).toMatchObject({ keepAliveTimeS: 3_600 });
  });

  it('that changes nothing costs the ledger nothing', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 90, sapEpoch: 'n:1' });
    const grants = new Grants(
      { live: world.live, ledger: differing(world.ledger, { recordGrants: refuse }) },
      NEVER,
      (error) => {
        throw error;
      },
    );
    for (const keepAliveTimeS of [90, undefined]) {
      expect(await grants.renew([{ id, keepAliveTimeS }], THE_PEER, 'n:1')).toMatchObject([
        { kind: 'renewed', keepAliveTimeS: 90 },
      ]);
    }
  });

  it('is one statement with all that come while another statement is under way', async () => {
    const world = new SessionWorld();
    const ids = [await world.logIn(), await world.logIn({ user: userOf(ALICE, TABLET) })];
    const statements: number[] = [];
    const ledger = differing(world.ledger, {
      recordGrants: async (grants) => {
        statements.push(grants.length);
        await world.pause();
        return world.ledger.recordGrants(grants);
      },
    });
    const grants = new Grants({ live: world.live, ledger }, NEVER, () => undefined);
    const renew = (keepAliveTimeS: number) =>
      Promise.all(ids.map((id) => grants.renew([{ id, keepAliveTimeS }], THE_PEER, undefined)));
    await renew(90);
    expect(statements).toEqual([2]);
  });

  it('of a batch that names a session twice is the last one', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const renewals = [90, 80].map((keepAliveTimeS) => ({ id, keepAliveTimeS }));
    await world.grants.renew(renewals, THE_PEER, undefined);
    expect(await world.ledger.find(id)).toMatchObject({ keepAliveTimeS: 80 });
  });
});

describe('a grant that something crosses', () => {
  it('F16: is not answered while the live store is emptied and not yet rebuilt', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const ledger = differing(world.ledger, {
      recordGrants: async (grants) => {
        world.live.loseEverything();
        return world.ledger.recordGrants(grants);
      },
    });
    const grants = new Grants({ live: world.live, ledger }, NEVER, () => undefined);
    const answer = grants.renew([{ id, keepAliveTimeS: 90 }], THE_PEER, undefined);
    await expect(answer).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  });

  it('F16: is granted once more where a rebuild read the ledger before', async () => {
    const world = new SessionWorld();
    const id = await world.logIn({ timeToLiveS: 60 });
    let emptied = false;
    const ledger = differing(world.ledger, {
      recordGrants: async (grants) => {
        if (!emptied) {
          emptied = true;
          world.live.loseEverything();
          await new RebuildLiveStore(world).execute();
        }
        return world.ledger.recordGrants(grants);
      },
    });
    const grants = new Grants({ live: world.live, ledger }, NEVER, () => undefined);
    expect(await grants.renew([{ id, keepAliveTimeS: 3_600 }], THE_PEER, undefined)).toMatchObject([
      { keepAliveTimeS: 3_600 },
    ]);
    expect(await world.live.look(id, THE_PEER)).toMatchObject({ keepAliveTimeS: 3_600 });
    expect(await world.ledger.find(id)).toMatchObject({ keepAliveTimeS: 3_600 });
  });
});

describe('without the ledger', () => {
  const withoutLedger = async (recordGrants: () => Promise<void>) => {
    const world = new SessionWorld();
    const id = await world.logIn();
    const failures: unknown[] = [];
    const away = { isAway: true };
    const ledger = differing(world.ledger, {
      recordGrants: (grants) => (away.isAway ? recordGrants() : world.ledger.recordGrants(grants)),
    });
    const grants = new Grants(
      { live: world.live, ledger },
      () => Promise.resolve(),
      (error) => failures.push(error),
    );
    return { world, id, failures, away, grants };
  };

  it.each([
    ['refuses', refuse],
    ['does not answer', NEVER],
  ])('F6: that %s, the grant is in force', async (_, recordGrants) => {
    const { world, id, grants } = await withoutLedger(recordGrants);
    for (const keepAliveTimeS of [90, 80]) {
      expect(await grants.renew([{ id, keepAliveTimeS }], THE_PEER, undefined)).toMatchObject([
        { kind: 'renewed', keepAliveTimeS },
      ]);
    }
    expect((await world.live.pulse(true)).drifting).toHaveLength(1);
  });

  it('V9: it is recorded when the ledger is back, and not tried for ever before', async () => {
    const { world, id, failures, away, grants } = await withoutLedger(refuse);
    await grants.renew([{ id, keepAliveTimeS: 90 }], THE_PEER, undefined);
    await grants.renew([{ id, keepAliveTimeS: 80 }], THE_PEER, 'n:1');
    grants.notice((await world.live.pulse(true)).drifting);
    expect(await grants.recordLeftOver()).toBe(0);
    expect(failures.length).toBeGreaterThan(0);
    away.isAway = false;
    expect(await grants.recordLeftOver()).toBe(1);
    expect(await world.ledger.find(id)).toMatchObject({ keepAliveTimeS: 80, sapEpoch: 'n:1' });
    expect((await world.live.pulse(true)).drifting).toEqual([]);
  });

  it('a sync takes its sessions into its epoch, and the next one ends them all the same', async () => {
    const { world, id, grants } = await withoutLedger(refuse);
    const { ledger, live, parts, end } = world;
    const ports = { ledger, live, parts, end, grants };
    const sync = (syncID: string, sapEpoch: string, listed: readonly string[]) =>
      new Sync(ports, USUAL_POLICY).execute({
        peer: OPERATOR,
        syncID,
        sapEpoch,
        part: 1,
        parts: 1,
        entries: listed.map((userSessionID) => ({ userSessionID, timeToLiveS: undefined })),
      });
    expect(await sync('first', 'lag:1', [id])).toMatchObject({ answer: { code: 200 }, leftOut: 0 });
    expect(await world.ledger.find(id)).toMatchObject({ sapEpoch: undefined });
    expect(await sync('second', 'lag:2', [])).toMatchObject({ leftOut: 1 });
  });
});
