import { describe, expect, it } from '@jest/globals';
import {
  ACKNOWLEDGED,
  anAgreement,
  DAY_MS,
  DeliveryWorld,
  httpAnswer,
  onlyMessages,
  OPERATOR,
  PEER_SERVICE,
} from '@sap2/testkit';

describe('an SSP session that the peer no longer knows (HTTP 403)', () => {
  it('is forgotten, and the same message goes over a new one in the same pass', async () => {
    const world = new DeliveryWorld();
    world.owe();
    await world.pass();
    const old = await world.sspSessions.latestOf(PEER_SERVICE);
    await world.sap1.forgetSessions();
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 }, reached: true });
    expect(await world.sspSessions.touch(old?.theirID ?? '')).toBeUndefined();
    expect(world.sap1.transactionIDs()).toEqual(['d-1', 'd-2']);
    const spentMs = world.transport.posted.slice(4).reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    expect(spentMs).toBeLessThan(60_000);
  });

  it('is not replaced a second time when the new one is refused as well', async () => {
    const world = new DeliveryWorld(
      undefined,
      onlyMessages(() => httpAnswer(403)),
    );
    await world.sspSessions.add({ peer: PEER_SERVICE, theirID: 'a', ourID: 'b', timeToLiveS: 60 }, 64);
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
    await world.sspSessions.add(SESSION, 64);
    world.owe();
    expect(await world.pass()).toMatchObject({
      counts: { failed: 1 },
      reached: true,
      error: 'no answer yet',
    });
    expect(await world.outbox.settleByTransaction(OPERATOR, 'd-1', 'acknowledged')).toBe(true);
    world.clock.advance(DAY_MS);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
  });

  it('stays acknowledged when the answer overtakes the receipt', async () => {
    const world = new DeliveryWorld(callback, async () => {
      await world.outbox.settleByTransaction(OPERATOR, 'd-1', 'acknowledged');
      return httpAnswer(202);
    });
    await world.sspSessions.add(SESSION, 64);
    world.owe();
    await world.pass();
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED]);
  });

  it('is told again after 30 s when no answer comes, and is undelivered after a day', async () => {
    const world = new DeliveryWorld(callback, async () => httpAnswer(202));
    await world.sspSessions.add(SESSION, 64);
    world.owe();
    await world.pass();
    world.clock.advance(29_000);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
    world.clock.advance(1_000);
    await world.pass();
    expect(world.messages()).toHaveLength(2);
    world.clock.advance(DAY_MS - 60_000);
    await world.sspSessions.add(SESSION, 64);
    world.clock.advance(60_000);
    expect(await world.pass()).toMatchObject({ counts: { undelivered: 1 } });
  });

  it('has to open the SSP session itself', async () => {
    const world = new DeliveryWorld(callback);
    world.owe();
    expect((await world.pass()).error).toContain('callback-mode-set-up');
    expect(world.transport.posted).toEqual([]);
  });
});

describe('a peer that can not be told', () => {
  it.each([
    ['has no agreement in force', (world: DeliveryWorld) => world.agreements.disable(PEER_SERVICE)],
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

  it('is given up after a day', async () => {
    const world = new DeliveryWorld();
    world.agreements.disable(PEER_SERVICE);
    world.owe();
    world.clock.advance(DAY_MS);
    expect(await world.pass()).toMatchObject({ counts: { undelivered: 1 } });
  });
});
