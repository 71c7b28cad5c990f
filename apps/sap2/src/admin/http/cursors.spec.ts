import { describe, expect, it } from '@jest/globals';
import { Problem } from '../problem.filter.js';
import { Cursors } from './cursors.js';

const cursors = new Cursors(new Uint8Array(32).fill(1));
const QUESTION = { list: 'listThings', filters: { peer: 'wv:@a', domain: undefined } };

describe('a cursor', () => {
  it('leads to where its page ended', () => {
    expect(cursors.read(QUESTION, cursors.issue(QUESTION, ['x', 7]))).toEqual(['x', 7]);
  });

  const issued = cursors.issue(QUESTION, ['x']);
  const [content = '', mac = ''] = issued.split('.');
  it.each([
    ['nothing', ''],
    ['invented', 'forged'],
    ['changed', `${Buffer.from('["a"]').toString('base64url')}.${mac}`],
    ['cut', issued.slice(0, -2)],
    ['without a signature', `${content}.`],
    ['longer', `${issued}.x`],
    ['made with another key', new Cursors(new Uint8Array(32).fill(2)).issue(QUESTION, ['x'])],
    ['of another list', cursors.issue({ ...QUESTION, list: 'listOthers' }, ['x'])],
    ['of another filter', cursors.issue({ ...QUESTION, filters: { peer: 'wv:@b' } }, ['x'])],
  ])('that is %s is refused', (_what, cursor) => {
    expect(() => cursors.read(QUESTION, cursor)).toThrow(Problem);
  });

  it('is there as long as there is a next page', async () => {
    const things = ['a', 'b', 'c', 'd', 'e'];
    const seen: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await cursors.page(
        QUESTION,
        { limit: 2, cursor },
        async (after, limit) => things.filter((one) => one > String(after?.[0] ?? '')).slice(0, limit),
        (thing) => [thing],
        (thing) => thing.toUpperCase(),
      );
      seen.push([...page.items]);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([['A', 'B'], ['C', 'D'], ['E']]);
  });
});
