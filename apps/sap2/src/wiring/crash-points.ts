import type { CrashPoint } from '@sap2/config';
import type { InjectionToken } from '@nestjs/common';

const killMyself = (): void => void process.kill(process.pid, 'SIGKILL');

/**
 * The port as it is, or, when the process is to crash at one of its operations, one that kills the process just before
 * or just after that call of it: what a power failure at that step would leave behind (docs/reliability.md).
 *
 * @param token of the port; its description is the port's name in `SAP2_FAULT_INJECTION`
 */
export function crashing<Port extends object>(
  token: InjectionToken,
  port: Port,
  point: CrashPoint | undefined,
  die: () => void = killMyself,
): Port {
  if (point === undefined || typeof token !== 'symbol' || token.description !== point.port) return port;
  let calls = 0;
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== point.operation) return value.bind(target) as unknown;
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
