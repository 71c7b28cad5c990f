import { describe, expect, it } from '@jest/globals';
import { anchorLines } from './anchor-lines.js';

const ANCHOR = {
  installation: '7b0c3c1e-61a5-4c5c-9a0e-0a1b2c3d4e5f',
  seq: 7,
  hash: '0123456789abcdef'.repeat(4),
  at: '2027-01-31T00:00:00.000Z',
  signedAt: '2027-01-31T00:05:00.000Z',
  key: 'k1',
  mac: 'fedcba9876543210'.repeat(4),
};

async function* bodyOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

describe('lines of anchors', () => {
  it('are anchors, or events of the log with one; anything else is numbered and is none', async () => {
    const text = [
      JSON.stringify(ANCHOR),
      '',
      JSON.stringify({ level: 'info', event: 'audit_head_signed', anchor: ANCHOR }),
      '{"seq":7}',
      'null',
      'no JSON',
      JSON.stringify({ ...ANCHOR, hash: 'x' }),
      `"${'x'.repeat(5_000)}"`,
    ].join('\n');
    expect(await anchorLines(bodyOf(text))).toEqual([
      { number: 1, anchor: ANCHOR },
      { number: 3, anchor: ANCHOR },
      ...[4, 5, 6, 7, 8].map((number) => ({ number, anchor: undefined })),
    ]);
  });

  it('however many come at once, leave others their turns', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    await anchorLines(bodyOf('{}\n'.repeat(20_000)));
    clearInterval(others);
    expect(turns).toBeGreaterThan(10);
  });

  it('are refused when they are more than are held', async () => {
    await expect(anchorLines(bodyOf('1\n'.repeat(120_001)))).rejects.toMatchObject({ status: 413 });
  });
});
