/** Reached only by a defect: a union grew and a switch over it did not. */
export function assertNever(value: never): never {
  throw new Error(`Impossible value: ${JSON.stringify(value)}`);
}
