import { describe, expect, it } from '@jest/globals';
import type { TransportOutcome } from '@sap2/peer-link';
import {
  ACKNOWLEDGED,
  DAY_MS,
  DeliveryWorld,
  type FakeSap1,
  httpAnswer,
  onlyMessages,
  OPERATOR,
  type Posted,
} from '@sap2/test-support';

describe('what a peer answers', () => {
  it('settles each on its own', async () => {
    const world = new DeliveryWorld();
    world.owe(4);
    world.sap1.statusOf = (id) => ({ 'd-1': 200, 'd-2': 604, 'd-3': 500 })[id];
    expect(await world.pass()).toMatchObject({ error: 'Status 500', reached: true });
    expect(world.outbox.outcomes()).toEqual([
      ACKNOWLEDGED,
      { outcome: 'unknown-there', attempts: 1, error: undefined },
      { outcome: 'pending', attempts: 1, error: 'Status 500' },
      { outcome: 'pending', attempts: 1, error: 'the answer has no Status for it' },
    ]);
  });

  it('is asked for again and again with the same transactionID, until it comes', async () => {
    const world = new DeliveryWorld();
    world.owe();
    world.sap1.statusOf = () => 503;
    const waits = await world.failUntil(10);
    const nominal = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map((s) => s * 1000);
    for (const [i, waitMs] of waits.entries()) {
      expect(waitMs).toBeLessThanOrEqual(nominal[i] ?? 0);
      expect(waitMs).toBeGreaterThanOrEqual((nominal[i] ?? 0) * 0.75);
    }
    world.sap1.statusOf = () => 200;
    await world.pass();
    expect(new Set(world.sap1.transactionIDs())).toEqual(new Set(['d-1']));
    expect(world.outbox.outcomes()).toMatchObject([{ outcome: 'acknowledged', attempts: 11 }]);
  });

  it('is 405, which speaks for all that is owed to the peer: one message, and none until its next set-up', async () => {
    const world = new DeliveryWorld();
    world.owe(600);
    world.sap1.statusOf = () => 405;
    expect(await world.pass()).toMatchObject({ counts: { 'not-supported': 500, failed: 0 }, more: true });
    expect(await world.pass()).toMatchObject({ counts: { 'not-supported': 100 }, reached: true });
    world.owe();
    expect(await world.pass()).toMatchObject({ counts: { 'not-supported': 1 } });
    expect(world.messages()).toHaveLength(1);
    expect(world.outbox.outcomes()[0]).toMatchObject({ outcome: 'not-supported', attempts: 1 });
    expect(world.outbox.outcomes()[600]).toMatchObject({ outcome: 'not-supported', attempts: 0 });

    await world.outbox.setSupport(OPERATOR, 'on-trial');
    expect(await world.pass()).toMatchObject({ counts: { 'not-supported': 1 } });
    expect(world.messages()).toHaveLength(2);

    await world.outbox.setSupport(OPERATOR, 'on-trial');
    world.sap1.statusOf = () => 200;
    expect(await world.pass()).toMatchObject({ counts: { acknowledged: 1 } });
    await world.pass();
    await world.pass();
    expect(new Set(world.outbox.outcomes().map(({ outcome }) => outcome))).toEqual(new Set(['acknowledged']));
    expect(new Set(world.sap1.transactionIDs()).size).toBe(601);
  });

  it('is 405 to one and 200 to another: the peer supports disconnects, and gets further ones', async () => {
    const world = new DeliveryWorld();
    world.owe(2);
    world.sap1.statusOf = (id) => (id === 'd-1' ? 405 : 200);
    await world.pass();
    world.owe();
    await world.pass();
    expect(world.outbox.outcomes().map(({ outcome }) => outcome)).toEqual([
      'not-supported',
      'acknowledged',
      'acknowledged',
    ]);
  });

  it('is given up after a day, and kept as undelivered', async () => {
    const world = new DeliveryWorld();
    world.owe();
    world.sap1.statusOf = () => 500;
    world.clock.advance(DAY_MS - 1_000);
    expect(await world.pass()).toMatchObject({ counts: { failed: 1, undelivered: 0 } });
    world.clock.advance(1_000);
    expect(await world.pass()).toMatchObject({ counts: { failed: 0, undelivered: 1 } });
    expect(world.outbox.outcomes()).toMatchObject([{ outcome: 'undelivered', error: 'Status 500' }]);
  });

  it('counts once when it comes twice, and not at all when it is about something else', async () => {
    const world = new DeliveryWorld(undefined, async ({ text }, sap1) => {
      const outcome = await sap1.answer(text);
      if (outcome.kind === 'failure' || text.includes('SetupTransaction')) return outcome;
      const body = Buffer.from(outcome.body).toString();
      const [transaction = ''] = /<Transaction .*<\/Transaction>/s.exec(body) ?? [];
      const more = [transaction.replace('200', '500'), transaction.replace('d-1', 'd-77')].join('');
      return httpAnswer(200, body.replace('</Session>', `${more}</Session>`));
    });
    world.owe();
    await world.pass();
    expect(world.outbox.outcomes()).toEqual([ACKNOWLEDGED]);
  });

  it.each<[string, (post: Posted, sap1: FakeSap1) => Promise<TransportOutcome> | TransportOutcome]>([
    ['ECONNRESET', () => ({ kind: 'failure', detail: 'ECONNRESET' })],
    ['HTTP 500', () => httpAnswer(500, 'oops')],
    ['HTTP 302', () => httpAnswer(302)],
    ['HTTP 202', () => httpAnswer(202)],
    ['the answer is not SSP', () => httpAnswer(200)],
    ['the answer is not SSP', () => httpAnswer(200, '<html><p>Proxy error</html>')],
    ['the answer belongs to another SSP session', ({ text }) => httpAnswer(200, text)],
    [
      'the answer has no Status for it',
      async ({ text }, sap1) => {
        const { body } = Object.assign({ body: new Uint8Array() }, await sap1.answer(text));
        return httpAnswer(200, Buffer.from(body).toString().replace('<Status code="200"/>', '<Nonsense/>'));
      },
    ],
  ])('is a failure: %s', async (error, answer) => {
    const world = new DeliveryWorld(undefined, onlyMessages(answer));
    world.owe();
    const pass = await world.pass();
    expect(pass.counts.failed).toBe(1);
    expect(pass.error).toContain(error);
    expect(pass.error).not.toMatch(/oops|Proxy|Nonsense/);
    expect(pass.reached).toBe(error.includes('no Status'));
  });
});
