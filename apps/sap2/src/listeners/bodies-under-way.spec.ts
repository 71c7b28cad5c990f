import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { BodiesUnderWay } from './bodies-under-way.js';
import type { Speaker } from './fair-shares.js';

const A = { peer: 'wv:@a.example' };
const B = { peer: 'wv:@b.example' };
const STRANGER = { address: '192.0.2.1' };

const bodiesOf = (): BodiesUnderWay => new BodiesUnderWay({ longest: 100, inAll: 1_000, ofStrangers: 300 });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A body that sends some bytes and then waits. */
function begin(bodies: BodiesUnderWay, bytes: number, from: Speaker = STRANGER) {
  const payload = new PassThrough();
  const outcome = bodies.read(payload, undefined, from).then(
    (body) => body.length,
    ({ statusCode }: { statusCode: number }) => statusCode,
  );
  payload.write('x'.repeat(bytes));
  return { payload, outcome };
}

describe('bodies under way', () => {
  it('are read whole, and count until the request is over', async () => {
    const bodies = bodiesOf();
    const { payload, outcome } = begin(bodies, 40);
    payload.end('y'.repeat(10));
    expect(await outcome).toBe(50);
    expect(bodies.held).toBeGreaterThanOrEqual(50);
    bodies.release(payload);
    expect(bodies.held).toBe(0);
  });

  it('count while they are at work, even when their sender is gone', async () => {
    const bodies = bodiesOf();
    const { payload, outcome } = begin(bodies, 50);
    payload.end();
    await outcome;
    let finish = (): void => undefined;
    const work = bodies.whileAtWork(payload, () => new Promise<void>((resolve) => (finish = resolve)));
    bodies.release(payload);
    expect(bodies.ofStrangers).toBe(50);
    bodies.recognise(payload, A.peer);
    expect([bodies.ofStrangers, bodies.ofPeers]).toEqual([0, 50]);
    finish();
    await work;
    expect(bodies.held).toBe(0);
  });

  it('that are whole are bounded as those that arrive, and leave room to newcomers', async () => {
    const bodies = bodiesOf();
    const outcomes = [];
    for (let address = 0; address < 20; address++) {
      for (let i = 0; i < 5; i++) {
        const { payload, outcome } = begin(bodies, 60, { address: `192.0.2.${address}` });
        payload.end();
        outcomes.push(await outcome);
        expect(bodies.held).toBeLessThanOrEqual(300);
      }
    }
    expect(outcomes.slice(0, 5)).toEqual([60, 60, 503, 503, 503]);
    const newcomer = begin(bodies, 5, { address: '198.51.100.1' });
    newcomer.payload.end();
    expect(await newcomer.outcome).toBe(5);
  });

  it('that one peer stalls take half of the room at most, and the oldest of them goes', async () => {
    const bodies = bodiesOf();
    const stalled = [];
    for (let i = 0; i < 50; i++) {
      stalled.push(begin(bodies, 90, A));
      await turn();
      expect(bodies.ofPeers).toBeLessThanOrEqual(500);
    }
    expect(await stalled[0]?.outcome).toBe(503);
    for (let i = 0; i < 4; i++) {
      const honest = begin(bodies, 90, B);
      honest.payload.end();
      expect(await honest.outcome).toBe(90);
      bodies.release(honest.payload);
    }
  });

  it('that many peers stall go one by one for a newcomer', async () => {
    const bodies = bodiesOf();
    for (let peer = 0; peer < 40; peer++) {
      for (let i = 0; i < 5; i++) begin(bodies, 30, { peer: `wv:@p${peer}.example` });
      await turn();
      expect(bodies.held).toBeLessThanOrEqual(1_000);
    }
    const newcomer = begin(bodies, 90, B);
    newcomer.payload.end();
    expect(await newcomer.outcome).toBe(90);
  });

  it('of one sender alone may be as long as the bound', async () => {
    const bodies = new BodiesUnderWay({ longest: 100, inAll: 100, ofStrangers: 100 });
    const { payload, outcome } = begin(bodies, 100);
    payload.end();
    expect(await outcome).toBe(100);
  });

  it('get 413 when they are too long, said or not', async () => {
    const bodies = bodiesOf();
    await expect(bodies.read(new PassThrough(), 101, STRANGER)).rejects.toMatchObject({ statusCode: 413 });
    expect(await begin(bodies, 101).outcome).toBe(413);
    expect(bodies.held).toBe(0);
  });

  it('of strangers never hold more than their bound: the oldest goes, and the next one is read', async () => {
    const bodies = bodiesOf();
    const endless = [];
    for (let i = 0; i < 50; i++) {
      endless.push(begin(bodies, 90));
      await turn();
      expect(bodies.held).toBeLessThanOrEqual(300);
    }
    const honest = begin(bodies, 90);
    honest.payload.end();
    expect(await honest.outcome).toBe(90);
    expect(await endless[0]?.outcome).toBe(503);
  });

  it('of strangers never hold more than their bound, where the oldest hold a byte each', async () => {
    const bodies = bodiesOf();
    for (let i = 0; i < 200; i++) begin(bodies, 1);
    await turn();
    for (let i = 0; i < 20; i++) {
      begin(bodies, 90);
      await turn();
      expect(bodies.held).toBeLessThanOrEqual(300);
    }
  });

  it('are read whole from chunks of a byte', async () => {
    const payload = new PassThrough();
    const body = bodiesOf().read(payload, undefined, STRANGER);
    for (const letter of 'a body of single bytes') {
      payload.write(letter);
      await turn();
    }
    payload.end();
    expect((await body).toString()).toBe('a body of single bytes');
  });

  it('of proven senders are not touched by those of strangers', async () => {
    const bodies = bodiesOf();
    const proven = begin(bodies, 90, A);
    for (let i = 0; i < 20; i++) begin(bodies, 90);
    await turn();
    proven.payload.end();
    expect(await proven.outcome).toBe(90);
  });

  it('that break off get 400, and nothing is held', async () => {
    const bodies = bodiesOf();
    const { payload, outcome } = begin(bodies, 10);
    await turn();
    payload.destroy();
    expect(await outcome).toBe(400);
    expect(bodies.held).toBe(0);
  });
});
