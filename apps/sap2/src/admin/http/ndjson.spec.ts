import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './ndjson.js';

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, 'utf8');
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(
  text: string,
  size: number,
  maxBytes = 1_000_000,
): Promise<[number, string | undefined][]> {
  const lines: [number, string | undefined][] = [];
  for await (const { number, bytes } of linesOf(inChunks(text, size), maxBytes)) {
    lines.push([number, bytes?.toString('utf8')]);
  }
  return lines;
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut, and characters are never cut', async () => {
    const content = fc.array(fc.string({ unit: fc.constantFrom('a', 'ä', '𝄞', ' ', '\r') }));
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 7 }), async (lines, size) => {
        const expected = lines
          .map((line, index) => [index + 1, line] as const)
          .filter(([, line]) => line.trim() !== '');
        expect(await read(lines.join('\n'), size)).toEqual(expected);
      }),
    );
  });

  it('that are too long are reported, and the others are not lost', async () => {
    const text = `short\n${'x'.repeat(11)}\n${'y'.repeat(10)}\n\n${'z'.repeat(50)}`;
    for (const size of [1, 4, 1000]) {
      expect(await read(text, size, 10)).toEqual([
        [1, 'short'],
        [2, undefined],
        [3, 'y'.repeat(10)],
        [5, undefined],
      ]);
    }
  });
});
