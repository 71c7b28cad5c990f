import { Problem } from '../problem.filter.js';

interface Outcome {
  readonly kind: string;
}

/** The refusal for each kind of outcome except the wished one. A missing kind does not compile. */
type Refusals<Some extends Outcome, Wished extends string> = {
  readonly [Kind in Exclude<Some['kind'], Wished | 'stale'>]: (
    refusal: Extract<Some, { kind: Kind }>,
  ) => Problem;
};

/** The outcome as it was wished for. @throws Problem for each other one */
export function wished<Some extends Outcome, Wished extends Some['kind']>(
  outcome: Some,
  kind: Wished,
  refusals: Refusals<Some, Wished>,
): Extract<Some, { kind: Wished }> {
  if (outcome.kind === kind) return outcome as Extract<Some, { kind: Wished }>;
  if (outcome.kind === 'stale') throw changedMeanwhile();
  const refusal = (refusals as unknown as Readonly<Record<string, (refused: Outcome) => Problem>>)[
    outcome.kind
  ];
  if (refusal === undefined) throw new Error(`no refusal for the outcome "${outcome.kind}"`);
  throw refusal(outcome);
}

export const changedMeanwhile = (): Problem =>
  new Problem(412, 'It was changed since it was read: get it again, and base the change on its new ETag.');

/** @throws Problem for what is not there */
export function found<Thing>(thing: Thing | undefined, missing: () => Problem): Thing {
  if (thing === undefined) throw missing();
  return thing;
}
