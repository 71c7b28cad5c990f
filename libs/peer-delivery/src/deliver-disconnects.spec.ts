import { describe, expect, it } from '@jest/globals';
import { type EndCause, type ServiceID, LiveStoreUnavailableError } from '@sap2/session-core';
import { ACKNOWLEDGED, anAgreement, DeliveryWorld, OPERATOR, PEER_SERVICE } from '@sap2/test-support';

/** One character, four bytes. */
const BOOM = '\u{1F4A5}';

describe('telling a peer which sessions ended (ssp-binding §5)', () => {
  it('opens an SSP session if none is up, and sends all of it in one message', async () => {
    const world = new DeliveryWorld();
    const ids = world.owe(3);
    expect(await world.pass()).toEqual({
      peer: OPERATOR,
      counts: {
        acknowledged: 3,
        'unknown-there': 0,
        failed: 0,
        undelivered: 0,
        sent: 0,
        'not-supported': 0,
        held: 0,
      },
      error: undefined,
      reached: true,
      more: false,
    });
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED, ACKNOWLEDGED, ACKNOWLEDGED]);
    expect(world.transport.posted).toHaveLength(4);
    expect(world.transport.posted.at(-1)?.deadlineMs).toBe(30_000);
    const [message] = world.sap1.told;
    expect(message?.transactions.map(({ transactionID }) => transactionID)).toEqual(['d-1', 'd-2', 'd-3']);
    expect(message?.transactions[0]).toMatchObject({
      mode: 'Request',
      primitive: {
        kind: 'UserDisconnectRequest',
        userSessionID: ids[0],
        metaInfo: {
          clientOriginated: false,
          requestor: { serviceID: 'wv:@provider.example', user: undefined },
        },
        user: { userID: 'wv:alice@provider.example', clientID: { url: 'phone-1@handset' } },
        status: { code: 601, description: 'An administrator ended the session.' },
        tryAgainTimeoutS: undefined,
      },
    });
  });

  it('uses the SSP session that is up, the one used last, and prolongs it', async () => {
    const world = new DeliveryWorld();
    world.owe();
    await world.pass();
    const session = await world.sspSessions.latestOf(PEER_SERVICE);
    world.clock.advance(80_000_000);
    world.owe();
    await world.pass();
    world.clock.advance(80_000_000);
    expect(await world.sspSessions.latestOf(PEER_SERVICE)).toEqual(session);
    expect(world.transport.posted).toHaveLength(5);
    expect(world.messages()[1]).toContain(`sessionID="${session?.ourID}"`);
  });

  it('speaks the namespace of the agreement', async () => {
    const namespace = 'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3';
    const world = new DeliveryWorld(anAgreement({ namespace }));
    world.owe();
    await world.pass();
    expect(world.transport.posted.every(({ text }) => text.includes(`"${namespace}"`))).toBe(true);
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED]);
  });

  it.each<[EndCause, number, number | undefined]>([
    ['expired', 600, undefined],
    ['account-suspended', 601, undefined],
    ['replaced', 601, undefined],
    ['evicted', 601, 60],
  ])('says why: %s is %i', async (cause, code, tryAgainTimeoutS) => {
    const world = new DeliveryWorld();
    world.owe(1, cause, 'by order 7');
    await world.pass();
    expect(world.sap1.told[0]?.transactions[0]).toMatchObject({
      primitive: {
        status: { code, description: expect.stringMatching(/^[A-Z].*\. Reason: by order 7$/) },
        tryAgainTimeoutS,
      },
    });
  });

  it('does nothing when nothing is due', async () => {
    const world = new DeliveryWorld();
    expect(await world.pass()).toMatchObject({ reached: true, more: false });
    expect(world.transport.posted).toEqual([]);
  });

  it('takes 500 at a time, the oldest first, and says that there is more', async () => {
    const world = new DeliveryWorld();
    world.owe(501);
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 500 }, more: true });
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 }, more: false });
    expect(world.sap1.transactionIDs().at(-1)).toBe('d-501');
  });

  it('sends no message over 1 MiB: what does not fit goes with the next', async () => {
    const world = new DeliveryWorld();
    const claim = world.outbox.claim.bind(world.outbox);
    const userID = `wv:${BOOM.repeat(230)}@provider.example`;
    world.outbox.claim = async (...asked) => (await claim(...asked)).map((due) => ({ ...due, userID }));
    world.owe(500, 'administrator', BOOM.repeat(5_000));
    expect(await world.pass()).toMatchObject({
      counts: { acknowledged: 250, held: 250 },
      reached: true,
      more: true,
    });
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 250 }, more: false });
    expect(world.outbox.outcomes()).toEqual(Array.from({ length: 500 }, () => ACKNOWLEDGED));
    const longest = Math.max(...world.messages().map((text) => Buffer.byteLength(text)));
    expect(longest).toBeLessThanOrEqual(1024 * 1024);
    expect(world.messages()[0]).toContain(`Reason: ${BOOM.repeat(200)}<`);
  });
});

describe('before the peer is notified', () => {
  it('the live store forgets the session, as a crash may have kept it from doing', async () => {
    const world = new DeliveryWorld();
    const removed: unknown[] = [];
    const remove = world.live.remove.bind(world.live);
    world.live.remove = async (ended) => {
      removed.push(...ended);
      expect(world.transport.posted).toEqual([]);
      return remove(ended);
    };
    const [id] = world.owe();
    await world.pass();
    expect(removed).toEqual([{ id, peer: OPERATOR, cause: 'administrator' }]);
  });

  it('its login answer has left: until then it is held, and no attempt is counted', async () => {
    const world = new DeliveryWorld();
    const [early, other] = world.owe(2);
    if (early === undefined) throw new Error('nothing owed');
    await world.live.reserve(early);
    expect(await world.pass()).toMatchObject({ counts: { held: 1, acknowledged: 1 } });
    expect(world.messages()[0]).toContain(other);
    expect(world.messages()[0]).not.toContain(early);
    await world.live.handedOver(early);
    expect(await world.outbox.peersWithDue(1)).toEqual([]);
    world.clock.advance(200);
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 } });
  });

  it('nothing is sent when all of it is held', async () => {
    const world = new DeliveryWorld();
    for (const id of world.owe(2)) await world.live.reserve(id);
    expect(await world.pass()).toMatchObject({ counts: { held: 2 }, reached: true });
    expect(world.transport.posted).toEqual([]);
  });

  it('all of it goes back when a store fails, and is due again after 1 s', async () => {
    const world = new DeliveryWorld();
    world.owe(2);
    world.live.answersLeft = 0;
    await expect(world.pass()).rejects.toBeInstanceOf(LiveStoreUnavailableError);
    expect(world.transport.posted).toEqual([]);
    world.live.answersLeft = Infinity;
    world.clock.advance(1_000);
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 2 } });
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED, ACKNOWLEDGED]);
  });
});

describe('when the process stops', () => {
  it('a message under way is finished and settled', async () => {
    const world = new DeliveryWorld(undefined, async ({ text }, sap1) => {
      if (!text.includes('SetupTransaction')) world.stop.abort();
      return sap1.answer(text);
    });
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 } });
  });

  it('nothing new is begun: everything is due again at once, and no attempt is counted', async () => {
    const world = new DeliveryWorld(undefined, async ({ text }, sap1) => {
      world.stop.abort();
      return sap1.answer(text);
    });
    world.owe(2);
    expect(await world.pass()).toMatchObject({ counts: { held: 2 } });
    expect(world.messages()).toEqual([]);
    expect(await world.outbox.peersWithDue(1)).toMatchObject([{ peer: OPERATOR satisfies ServiceID }]);
    expect(await world.pass()).toMatchObject({ counts: { held: 2 } });
    expect(world.transport.posted).toHaveLength(3);
  });
});
