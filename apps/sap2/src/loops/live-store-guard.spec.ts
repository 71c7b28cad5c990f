import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EventLog } from '@sap2/observability';
import {
  CompleteLogin,
  LiveStoreUnavailableError,
  RebuildLiveStore,
  ReconcileStores,
} from '@sap2/session-core';
import { ALICE, aLogin, SessionWorld, TABLET, USUAL_POLICY, userOf } from '@sap2/test-support';
import { Gate } from '../listeners/gate.js';
import { LiveStoreGuard } from './live-store-guard.loop.js';

const silent: EventLog = { event: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const NOBODY = { reason: undefined, onlyOwnedBy: undefined };

let world: SessionWorld;
let gate: Gate;
let guard: LiveStoreGuard;
const guardOf = (its: Gate, servesPeers: boolean): LiveStoreGuard => {
  const rebuild = new RebuildLiveStore(world);
  const reconcile = new ReconcileStores(world);
  return new LiveStoreGuard(
    { live: world.live, rebuild, reconcile, grants: world.grants },
    its,
    world.clock,
    silent,
    servesPeers,
  );
};
beforeEach(async () => {
  world = new SessionWorld();
  gate = new Gate(10);
  guard = guardOf(gate, true);
  await guard.step();
});

const steps = async (seconds: number): Promise<void> => {
  for (let s = 0; s < seconds; s++) {
    world.clock.advance(1000);
    await guard.step();
  }
};

describe('the guard of the live store', () => {
  it('F4: opens when every emptied shard was put back', async () => {
    const id = await world.logIn();
    world.live.loseEverything();
    await guard.step();
    expect(gate.closedBecause).toBeUndefined();
    expect(await world.isLive(id)).toBe(true);
  });

  it('stays closed while another process rebuilds', async () => {
    world.live.loseEverything();
    await world.live.beginRebuild(3, 60_000);
    await guard.step();
    expect(gate.closedBecause).toBe('rebuilding');
    await world.live.completeRebuild(3);
    await guard.step();
    expect(gate.closedBecause).toBeUndefined();
  });

  it('F3: is closed from the first moment at which another server may answer', () => {
    world.live.replaceServer();
    expect(gate.closedBecause).toBe('rebuilding');
  });

  it('F3: tells a server that lost its last writes of the last ends and births before it opens', async () => {
    const ended = await world.logIn();
    await world.ledger.end([ended], 'logout', NOBODY);
    // Reserved, and then the server lost the rest.
    world.live.answersLeft = 1;
    const born = new CompleteLogin(world, USUAL_POLICY).execute(aLogin({ user: userOf(ALICE, TABLET) }));
    await expect(born).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    world.live.answersLeft = Infinity;
    world.live.replaceServer();
    while (gate.closedBecause !== undefined) {
      expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
      await steps(1);
    }
    expect(await world.isLive(ended)).toBe(false);
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
    const [session] = await world.ledger.page({
      after: undefined,
      limit: 1,
      account: undefined,
      peer: undefined,
    });
    expect(session && (await world.isLive(session.id))).toBe(true);
  });

  it('opens at once when the same server is connected to again', async () => {
    gate.close('rebuilding');
    await guard.step();
    expect(gate.closedBecause).toBeUndefined();
  });

  it('F4: tells the same server of the ends that it missed while it was out of reach, before it opens', async () => {
    const id = await world.logIn();
    await world.ledger.end([id], 'administrator', NOBODY);
    world.live.answersLeft = 0;
    for (let minutes = 0; minutes < 60; minutes++) {
      world.clock.advance(60_000);
      await expect(guard.step()).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    }
    world.live.answersLeft = Infinity;
    gate.close('rebuilding');
    expect(await world.live.count()).toMatchObject({ sessions: 1 });
    await guard.step();
    expect(gate.closedBecause).toBeUndefined();
    expect(await world.live.count()).toMatchObject({ sessions: 0 });
  });

  it('does not open for a server that was replaced during the step', async () => {
    const step = guard.step();
    world.live.replaceServer();
    await step;
    expect(gate.closedBecause).toBe('rebuilding');
  });

  it('F5: lets time pass while peers are served, and only then', async () => {
    await world.logIn();
    await steps(3000);
    world.clock.advance(3_600_000);
    expect(await world.sweep()).toBe(0);
    await steps(600);
    expect(await world.sweep()).toBe(0);
    await steps(100);
    expect(await world.sweep()).toBe(1);
  });

  it('F5: lets no time pass where no peer is served', async () => {
    await world.logIn();
    const other = guardOf(new Gate(10), false);
    await steps(1);
    world.clock.advance(8_000_000);
    await other.step();
    await other.step();
    expect(await world.sweep()).toBe(0);
  });
});
