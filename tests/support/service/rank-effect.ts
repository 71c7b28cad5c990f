/**
 * How often a value of `ones` is greater than one of `others`; equal ones count half. This is Mann and Whitney's U,
 * divided by the number of pairs. It is 0.5 if the two do not differ, and 0 or 1 if every value differs. It depends
 * only on the order, so a few huge values of a busy machine weigh no more than others.
 */
export function rankEffect(ones: readonly number[], others: readonly number[]): number {
  const sorted = others.toSorted((one, other) => one - other);
  let wins = 0;
  for (const value of ones) {
    const below = firstIndexWhere(sorted, (other) => other >= value);
    const notAbove = firstIndexWhere(sorted, (other) => other > value);
    wins += below + (notAbove - below) / 2;
  }
  return wins / (ones.length * others.length);
}

/** By halving: `isSo` holds from some index on. */
function firstIndexWhere(sorted: readonly number[], isSo: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
