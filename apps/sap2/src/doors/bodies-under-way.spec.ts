import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { BodiesUnderWay } from './bodies-under-way.js';

const bodiesOf = (): BodiesUnderWay => new BodiesUnderWay({ longest: 100, inAll: 1_000, ofStrangers: 300 });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A body that sends some bytes and then waits. */
function begin(bodies: BodiesUnderWay, bytes: number, isStranger = true) {
  const payload = new PassThrough();
  const outcome = bodies.read(payload, undefined, isStranger).then(
    (body) => body.length,
    ({ statusCode }: { statusCode: number }) => statusCode,
  );
  payload.write('x'.repeat(bytes));
  return { payload, outcome };
}

describe('bodies under way', () => {
  it('are read whole, and nothing is held afterwards', async () => {
    const bodies = bodiesOf();
    const { payload, outcome } = begin(bodies, 40);
    payload.end('y'.repeat(10));
    expect(await outcome).toBe(50);
    expect(bodies.held).toBe(0);
  });

  it('get 413 when they are too long, said or not', async () => {
    const bodies = bodiesOf();
    await expect(bodies.read(new PassThrough(), 101, true)).rejects.toMatchObject({ statusCode: 413 });
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
    const body = bodiesOf().read(payload, undefined, true);
    for (const letter of 'a body of single bytes') {
      payload.write(letter);
      await turn();
    }
    payload.end();
    expect((await body).toString()).toBe('a body of single bytes');
  });

  it('of proven senders are not touched by those of strangers', async () => {
    const bodies = bodiesOf();
    const proven = begin(bodies, 90, false);
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
