/** The rest of a list, as one step sees it. */
export type Run<Context, Answer> = (context: Context) => Promise<Answer>;

/** One step of a list. It calls `next` or answers itself, and may change the answer of `next`. */
export type Step<In, Out, Below, Above = Below> = (context: In, next: Run<Out, Below>) => Promise<Above>;

/** A list of steps. One compiles only where the step before it hands on what it needs. */
export interface Steps<In, Out, Below, Above> {
  next<Then, Answer>(step: Step<Out, Then, Answer, Below>): Steps<In, Then, Answer, Above>;
  /** Joins the list once: a message that runs down it makes no function. */
  last(step: Run<Out, Below>): Run<In, Above>;
}

export const first = <In, Out, Below, Above>(
  step: Step<In, Out, Below, Above>,
): Steps<In, Out, Below, Above> => list((rest) => (context) => step(context, rest));

const list = <In, Out, Below, Above>(
  join: (rest: Run<Out, Below>) => Run<In, Above>,
): Steps<In, Out, Below, Above> => ({
  next: (step) => list((rest) => join((context) => step(context, rest))),
  last: join,
});
