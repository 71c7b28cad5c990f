import type { Seed } from '@sap2/administration';
import { type Environment, textOf } from './config-rules.js';

/** The secret of an entry. `sharedSecretEnv` in place of `sharedSecret` names the environment variable that has it. */
export const SECRET_OF_ENTRY = {
  agreements: 'sharedSecret',
  users: 'password',
  administrators: 'token',
} as const satisfies Partial<Record<keyof Seed, string>>;

export const envFieldOf = (secret: string): string => `${secret}Env`;

export interface FilledIn {
  readonly file: unknown;
  /** By the place of the secret, such as `users[0].password`. */
  readonly faults: ReadonlyMap<string, string>;
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file with each secret that stands in the environment. */
export function withSecretsOf(file: unknown, env: Environment): FilledIn {
  const faults = new Map<string, string>();
  if (!isRecord(file)) return { file, faults };
  const filled: Record<string, unknown> = { ...file };
  for (const [list, secret] of Object.entries(SECRET_OF_ENTRY)) {
    const entries = file[list];
    if (!Array.isArray(entries)) continue;
    filled[list] = entries.map((entry: unknown, index) => {
      const [read, fault] = withSecret(entry, secret, env);
      if (fault !== undefined) faults.set(`${list}[${index}].${secret}`, fault);
      return read;
    });
  }
  return { file: filled, faults };
}

function withSecret(
  entry: unknown,
  secret: string,
  env: Environment,
): readonly [entry: unknown, fault?: string] {
  const field = envFieldOf(secret);
  if (!isRecord(entry) || !Object.hasOwn(entry, field)) return [entry];
  const { [field]: variable, ...rest } = entry;
  if (Object.hasOwn(entry, secret)) return [rest, `${field} cannot stand beside it`];
  if (typeof variable !== 'string' || variable === '') return [rest, `${field} must name a variable`];
  const value = textOf(env, variable);
  return value === undefined ? [rest, `the variable ${variable} is not set`] : [{ ...rest, [secret]: value }];
}
