/** Reality differs from what the demo shows, or it can not go on. */
export class DemoFailure extends Error {}

/** @throws DemoFailure */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new DemoFailure(what);
}

/** @throws DemoFailure */
export function expectCode(
  answer: { readonly status: { readonly code: number } },
  wanted: number,
  to: string,
): void {
  const { code } = answer.status;
  expectThat(code === wanted, `The answer to ${to} should be ${wanted}, and is ${code}.`);
}
