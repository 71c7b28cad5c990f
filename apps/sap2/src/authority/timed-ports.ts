/**
 * The port as it is, with the time that its calls take told to `observe`, whether they succeed or fail. What answers
 * without a promise was answered from memory and is not counted, nor is what streams.
 */
export function timed<Port extends object>(port: Port, observe: (durationMs: number) => void): Port {
  const timedCalls = new Map<PropertyKey, unknown>();
  return new Proxy(port, {
    get: (target, name) => {
      const known = timedCalls.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = (...request: unknown[]): unknown => {
        const beganMs = performance.now();
        const answer: unknown = value.apply(target, request);
        return answer instanceof Promise
          ? answer.finally(() => observe(performance.now() - beganMs))
          : answer;
      };
      timedCalls.set(name, call);
      return call;
    },
  });
}
