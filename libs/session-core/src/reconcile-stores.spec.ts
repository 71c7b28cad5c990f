import { describe, expect, it } from '@jest/globals';
import { ALICE, aLogin, OPERATOR, SessionWorld, someClientOf, USUAL_POLICY } from '@sap2/test-support';
import { CompleteLogin } from './complete-login.js';
import { KeepAlive } from './keep-alive.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { ReconcileStores } from './reconcile-stores.js';

const reconcile = (world: SessionWorld) => new ReconcileStores(world).execute({ withinS: 600 });

/** As if the process died after so many answers of the live store. */
async function crashAfter(world: SessionWorld, answers: number, work: () => Promise<unknown>): Promise<void> {
  world.live.answersLeft = answers;
  await expect(work()).rejects.toBeInstanceOf(LiveStoreUnavailableError);
  world.live.answersLeft = Infinity;
}

describe('the reconciliation of the stores', () => {
  it('has nothing to do after a life without accidents', async () => {
    const world = new SessionWorld();
    await world.logIn();
    world.clock.advance(15_000);
    expect(await reconcile(world)).toEqual({ restored: 0, endsRepeated: 0 });
  });

  it('F2, V7: makes a session usable whose login crashed between the stores', async () => {
    const world = new SessionWorld();
    await crashAfter(world, 1, () => new CompleteLogin(world, USUAL_POLICY).execute(aLogin()));
    expect(await reconcile(world)).toMatchObject({ restored: 0 });
    world.clock.advance(10_000);
    expect(await reconcile(world)).toMatchObject({ restored: 1 });
    expect(await world.live.count()).toEqual({ sessions: 1, deadlines: 1 });
  });

  it('F2, V7: clears a session away whose end crashed between the stores', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    await crashAfter(world, 0, () => world.forceEnd([id]));
    expect(await reconcile(world)).toMatchObject({ endsRepeated: 1 });
    expect(await world.live.count()).toEqual({ sessions: 0, deadlines: 0 });
    const entry = { userSessionID: id, timeToLiveS: undefined };
    const keepAlive = new KeepAlive(world.grants, USUAL_POLICY);
    expect(
      await keepAlive.execute({ form: 'single', peer: OPERATOR, user: someClientOf(ALICE), entry }),
    ).toMatchObject({ code: 601 });
  });

  it('does not restore what ended', async () => {
    const world = new SessionWorld();
    const id = await world.logIn();
    world.clock.advance(15_000);
    await world.ledger.end([id], 'logout', { reason: undefined, onlyOwnedBy: undefined });
    expect(await reconcile(world)).toEqual({ restored: 0, endsRepeated: 1 });
  });
});
