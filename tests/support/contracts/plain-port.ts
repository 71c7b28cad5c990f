import { Ending, SessionEnd } from '@sap2/session-core';

/** A port whose outcomes are open, so that a test sees what a transaction came to. */
export type Plain<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (
    ...request: infer Request
  ) => Promise<Ending<infer Outcome>>
    ? (...request: Request) => Promise<Outcome>
    : Port[Name];
};

const NOWHERE = new SessionEnd(
  {
    remove: async () => ({ notHandedOver: [] }),
    shutOut: async () => undefined,
    letIn: async () => undefined,
  },
  () => undefined,
);

/** What an act came to; no live store hears of its ends. */
export const outcomeOf = <T>(act: Promise<Ending<T>>): Promise<T> => NOWHERE.announce(act);

export const plain = <Port extends object>(port: Port): Plain<Port> =>
  new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...request: unknown[]): Promise<unknown> => {
        const answer: unknown = await value.apply(target, request);
        return answer instanceof Ending ? outcomeOf(Promise.resolve(answer)) : answer;
      };
    },
  }) as Plain<Port>;
