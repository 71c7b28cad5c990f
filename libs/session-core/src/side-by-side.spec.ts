import { expect, it } from '@jest/globals';
import { sideBySide } from './side-by-side.js';

it('works on so many at a time, on each once', async () => {
  let underWay = 0;
  let most = 0;
  const done: number[] = [];
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('begins nothing after a failure, and throws it when what was begun has ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const failing = sideBySide([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('the first');
    for (let turns = 0; turns < 10; turns++) await Promise.resolve();
    ended.push(item);
  });
  await expect(failing).rejects.toThrow('the first');
  expect({ begun, ended }).toEqual({ begun: [1, 2], ended: [2] });
});
