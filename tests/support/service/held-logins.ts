import type * as ioredis from 'ioredis';
import { packageOfService } from './built-modules.js';

/** In the key that a login reserves for its new session, and in no other. */
const RESERVATION = ':opening:';

type Evalsha = (this: ioredis.Redis, ...operands: unknown[]) => Promise<unknown>;

/**
 * Holds every login of this process right before it reserves its session, while `work` runs. A lock in PostgreSQL
 * would hold them for only five seconds. A busy machine needs longer to bring them together.
 */
export async function whileLoginsAreHeld<R>(work: () => Promise<R>): Promise<R> {
  const { prototype } = (await packageOfService<typeof ioredis>('ioredis')).Redis;
  const original = Reflect.get(prototype, 'evalsha') as unknown as Evalsha;
  const own = Object.getOwnPropertyDescriptor(prototype, 'evalsha');
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const holding = async function (this: ioredis.Redis, ...operands: unknown[]): Promise<unknown> {
    if (operands.some((operand) => String(operand).includes(RESERVATION))) await held;
    return original.apply(this, operands);
  };
  Object.defineProperty(prototype, 'evalsha', { value: holding, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    if (own === undefined) Reflect.deleteProperty(prototype, 'evalsha');
    else Object.defineProperty(prototype, 'evalsha', own);
    letGo();
  }
}
