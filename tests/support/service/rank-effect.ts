/**
 * How often a value of `ones` is greater than one of `others`, equal ones counting half (Mann and Whitney's U, divided by
 * the number of pairs): 0.5 where the two cannot be told apart, 0 or 1 where every single value tells. It asks for order only, so
 * the few values that a busy machine made huge weigh no more than any other.
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
