import type * as pg from 'pg';
import { packageOfService } from './built-modules.js';

/** Hears each SQL statement that a service in this process sends, TypeORM's too. @returns what ends it */
export async function hearStatements(heard: (statement: string) => void): Promise<() => void> {
  const { prototype } = (await packageOfService<typeof pg>('pg')).Client;
  const original = Object.getOwnPropertyDescriptor(prototype, 'query') ?? {};
  const listening = new Proxy(original.value as CallableFunction, {
    apply: (query, client: pg.Client, call: readonly unknown[]): unknown => {
      const [statement] = call;
      const text = typeof statement === 'string' ? statement : (statement as { text?: string } | null)?.text;
      heard(String(text));
      return Reflect.apply(query, client, call);
    },
  });
  Object.defineProperty(prototype, 'query', { ...original, value: listening });
  return () => void Object.defineProperty(prototype, 'query', original);
}
