import type { CrashPoint } from '@sap2/config';

type Call = (...request: unknown[]) => unknown;

/** The port as it is, its methods called through `around`. They are made once, so that no call looks for one. */
function wrapped<Port extends object>(port: Port, around: (operation: string, call: Call) => Call): Port {
  const methods: Record<string, Call> = {};
  for (let level: object = port; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof value === 'function')
        methods[name] ??= around(name, (...request) => value.apply(port, request));
    }
  }
  return Object.assign(Object.create(port) as Port, methods);
}

/**
 * The port as it is. `observe` hears how long each call takes, whether it succeeds or fails. What answers without a promise
 * was answered from memory and is not counted, nor is what streams.
 */
export const timed = <Port extends object>(port: Port, observe: (durationMs: number) => void): Port =>
  wrapped(port, (_operation, call) => (...request) => {
    const beganMs = performance.now();
    const answer = call(...request);
    if (!(answer instanceof Promise)) return answer;
    const watch = (): void => observe(performance.now() - beganMs);
    answer.then(watch, watch);
    return answer;
  });

const killMyself = (): void => void process.kill(process.pid, 'SIGKILL');

/**
 * The port itself, or a wrapper with a crash point at one operation. The wrapper kills the process just before or just
 * after that call. This leaves behind what a power failure at that step would leave (docs/reliability.md).
 *
 * @param name of the port in `SAP2_FAULT_INJECTION`
 */
export function crashing<Port extends object>(
  name: string,
  port: Port,
  point: CrashPoint | undefined,
  die: () => void = killMyself,
): Port {
  if (point?.port !== name) return port;
  let calls = 0;
  return wrapped(port, (operation, call) => {
    if (operation !== point.operation) return call;
    return async (...request) => {
      calls += 1;
      const dies = calls === point.call;
      if (dies && point.moment === 'before') die();
      const outcome = await call(...request);
      if (dies && point.moment === 'after') die();
      return outcome;
    };
  });
}
