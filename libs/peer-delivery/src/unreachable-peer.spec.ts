import { describe, expect, it } from '@jest/globals';
import {
  ACKNOWLEDGED,
  anAgreement,
  DAY_MS,
  DeliveryWorld,
  httpAnswer,
  onlyMessages,
  type OnTheWay,
  OPERATOR,
  PEER_SERVICE,
  SESSION_TERMS,
} from '@sap2/test-support';

describe('an SSP session that the peer no longer knows (HTTP 403)', () => {
  it('is avoided by pushes and left to its peer, and the same message goes over a new one in the same pass', async () => {
    const world = new DeliveryWorld();
    world.owe();
    await world.pass();
    const old = await world.sspSessions.latestOf(PEER_SERVICE);
    await world.sap1.forgetSessions();
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 }, reached: true });
    expect(await world.sspSessions.find(old?.theirID ?? '')).toEqual(old);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).not.toEqual(old);
    expect(world.sap1.transactionIDs()).toEqual(['d-1', 'd-2']);
    const spentMs = world.transport.posted.slice(4).reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    expect(spentMs).toBeLessThan(60_000);
  });

  it('is not replaced a second time when the new one is refused as well', async () => {
    const world = new DeliveryWorld(
      undefined,
      onlyMessages(() => httpAnswer(403)),
    );
    await world.sspSessions.add(
      { peer: PEER_SERVICE, theirID: 'a', ourID: 'b', timeToLiveS: 60 },
      SESSION_TERMS,
    );
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { failed: 1 }, reached: false });
    expect(world.messages()).toHaveLength(2);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
    expect(world.outbox.outcomes()[0]?.error).toContain('HTTP 403');
  });

  it('leaves the disconnect for later when no new one can be opened', async () => {
    const world = new DeliveryWorld(undefined, async () => ({ kind: 'failure', detail: 'ECONNREFUSED' }));
    world.owe();
    expect(await world.pass()).toMatchObject({ error: 'unreachable: ECONNREFUSED', reached: false });
    expect(world.outbox.outcomes()).toMatchObject([{ outcome: 'pending', attempts: 1 }]);
  });
});

describe('a peer in callback mode', () => {
  const callback = anAgreement({ answerMode: 'callback' });
  const SESSION = { peer: PEER_SERVICE, theirID: 'a@operator.example', ourID: 'b', timeToLiveS: 86_400 };

  it.each([200, 202])('only confirms receipt by HTTP %i; its answer settles', async (httpStatus) => {
    const world = new DeliveryWorld(callback, async () => httpAnswer(httpStatus));
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    expect(await world.pass()).toMatchObject({
      counts: { failed: 0, sent: 1 },
      reached: true,
      error: undefined,
    });
    expect(await world.outbox.settleByTransaction(OPERATOR, 'd-1', { result: 'acknowledged' })).toBe(
      'supported',
    );
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED]);
    world.clock.advance(DAY_MS);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
  });

  it('stays acknowledged when the answer overtakes the receipt', async () => {
    const world = new DeliveryWorld(callback, async () => {
      await world.outbox.settleByTransaction(OPERATOR, 'd-1', { result: 'acknowledged' });
      return httpAnswer(202);
    });
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    await world.pass();
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED]);
  });

  it('gets it again after 30 s when no answer comes, and it is undelivered after a day', async () => {
    const world = new DeliveryWorld(callback, async () => httpAnswer(202));
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    await world.pass();
    world.clock.advance(29_000);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
    world.clock.advance(1_000);
    await world.pass();
    expect(world.messages()).toHaveLength(2);
    world.clock.advance(DAY_MS - 60_000);
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.clock.advance(60_000);
    expect(await world.pass()).toMatchObject({ counts: { undelivered: 1 } });
  });

  it('is pushed to in the same pass as soon as its answers have brought a session up', async () => {
    const world = new DeliveryWorld(callback, async ({ text }) => {
      if (text.includes('SetupTransaction')) await world.sspSessions.add(SESSION, SESSION_TERMS);
      return httpAnswer(202);
    });
    world.owe();
    expect(await world.pass()).toMatchObject({ reached: true, counts: { sent: 1 } });
    expect(world.messages()).toHaveLength(1);
  });

  it('delays no other peer when it does not answer a set-up: an attempt, then short holds until the set-up is forgotten', async () => {
    const world = new DeliveryWorld(callback, async () => httpAnswer(202));
    world.owe();
    const begunAtMs = world.clock.nowMs();
    const first = await world.pass();
    expect(first).toMatchObject({ counts: { failed: 1 }, reached: false });
    expect(first.error).toContain('unanswered');
    expect(world.clock.nowMs() - begunAtMs).toBeLessThanOrEqual(3_000);
    for (let pass = 0; world.clock.nowMs() - begunAtMs < 55_000; pass++) {
      world.clock.advance(1_250);
      expect(await world.pass()).toMatchObject({ counts: { held: 1 }, reached: false });
    }
    expect(world.transport.posted).toHaveLength(1);
    expect(world.outbox.outcomes()).toMatchObject([{ outcome: 'pending', attempts: 1 }]);
    world.clock.advance(10_000);
    await world.pass();
    expect(world.transport.posted).toHaveLength(2);
  });

  const closing: (world: () => DeliveryWorld) => OnTheWay =
    (world) =>
    async ({ text }) => {
      if (!text.includes('SetupTransaction')) return { kind: 'failure', detail: 'other side closed' };
      const ourID = `of-set-up-${world().transport.posted.length}`;
      await world().sspSessions.add({ ...SESSION, theirID: ourID, ourID }, SESSION_TERMS);
      return httpAnswer(202);
    };

  it('that closes the connection on every push is set up with anew, and may go on to use its session', async () => {
    const world: DeliveryWorld = new DeliveryWorld(callback, (...post) => closing(() => world)(...post));
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    await world.failUntil(2);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toEqual(SESSION);
    expect(world.transport.posted).toHaveLength(2);
    await world.pass();
    expect((await world.sspSessions.latestOf(PEER_SERVICE))?.ourID).toContain('of-set-up');
    expect(world.transport.posted.map(({ text }) => text.includes('SendSecretToken'))).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(await world.sspSessions.find(SESSION.theirID)).toEqual(SESSION);
  });

  it('is not set up with anew for one closed connection after pushes that it took, however it answered them', async () => {
    let isTaken = true;
    const world = new DeliveryWorld(callback, async () =>
      isTaken ? httpAnswer(202) : { kind: 'failure', detail: 'other side closed' },
    );
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    for (let sends = 0; sends < 4; sends++) {
      await world.pass();
      await world.outbox.settleByTransaction(OPERATOR, 'd-1', { result: 'failed', error: 'Status 500' });
      world.clock.advance(60_000);
    }
    isTaken = false;
    await world.pass();
    expect(world.messages()).toHaveLength(5);
    expect(world.transport.posted).toHaveLength(5);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toEqual(SESSION);
  });

  it('that takes no set-up while it keeps its session gets it over that one as soon as it takes it', async () => {
    let isMoody = true;
    const world = new DeliveryWorld(callback, async ({ text }) =>
      isMoody || text.includes('SetupTransaction')
        ? { kind: 'failure', detail: 'other side closed' }
        : httpAnswer(202),
    );
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    await world.failUntil(4);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
    isMoody = false;
    expect(await world.pass()).toMatchObject({ counts: { sent: 1 }, reached: true });
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toEqual(SESSION);
  });

  it('counts one attempt for each send, keeps the code of the last answer, and forgets it when it is well', async () => {
    const world = new DeliveryWorld(callback, async () => httpAnswer(202));
    await world.sspSessions.add(SESSION, SESSION_TERMS);
    world.owe();
    for (const attempts of [1, 2, 3]) {
      await world.pass();
      await world.outbox.settleByTransaction(OPERATOR, 'd-1', { result: 'failed', error: 'Status 500' });
      expect(world.outbox.outcomes()).toEqual([{ outcome: 'pending', attempts, error: 'Status 500' }]);
      world.clock.advance(60_000);
    }
    await world.pass();
    await world.outbox.settleByTransaction(OPERATOR, 'd-1', { result: 'acknowledged' });
    expect(world.outbox.outcomes()).toEqual([{ ...ACKNOWLEDGED, attempts: 4 }]);
  });
});

describe('a peer that cannot be reached', () => {
  it.each([
    ['has no agreement', (world: DeliveryWorld) => world.agreements.forget(PEER_SERVICE)],
    ['names no URL', (world: DeliveryWorld) => world.agreements.put(anAgreement({ callbackUrl: undefined }))],
  ])('because it %s is tried slowly, for an administrator may mend that', async (_name, breakIt) => {
    const world = new DeliveryWorld();
    breakIt(world);
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { failed: 1 }, reached: false });
    world.clock.advance(299_000);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
    world.agreements.put(anAgreement());
    world.clock.advance(1_000);
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 } });
  });

  it('hears of what ended with its agreement, which is in force no more', async () => {
    const world = new DeliveryWorld();
    world.agreements.disable(PEER_SERVICE);
    world.owe(1, 'agreement-ended');
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 }, reached: true });
  });

  it('is given up after a day', async () => {
    const world = new DeliveryWorld();
    world.agreements.forget(PEER_SERVICE);
    world.owe();
    world.clock.advance(DAY_MS);
    expect(await world.pass()).toMatchObject({ counts: { undelivered: 1 } });
  });
});
