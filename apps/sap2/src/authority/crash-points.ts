import type { CrashPoint } from '@sap2/config';

const killMyself = (): void => void process.kill(process.pid, 'SIGKILL');

/**
 * The port as it is, or, when the process is to crash at one of its operations, one that kills the process just before
 * or just after that call of it: what a power failure at that step would leave behind (docs/reliability.md).
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
  return new Proxy(port, {
    get: (target, operation) => {
      const value: unknown = Reflect.get(target, operation, target);
      if (typeof value !== 'function') return value;
      if (operation !== point.operation) return value.bind(target) as unknown;
      return async (...request: unknown[]): Promise<unknown> => {
        calls += 1;
        const dies = calls === point.call;
        if (dies && point.moment === 'before') die();
        const outcome: unknown = await value.apply(target, request);
        if (dies && point.moment === 'after') die();
        return outcome;
      };
    },
  });
}
