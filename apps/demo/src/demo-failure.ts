/** Reality differs from what the demo shows, or it can not go on. */
export class DemoFailure extends Error {}

/** @throws DemoFailure */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new DemoFailure(what);
}
