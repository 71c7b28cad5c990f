import { jsonOf, PURPOSE, type Purpose, reached, textOf } from './client.js';
import { troubleOf } from './trouble.js';
import { TEXTS } from '../texts.js';

/** Who is logged in here. */
export interface Me {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly idleS: number;
}

const PATH = '/console/session';

/** Undefined: there is no session. */
export async function whoAmI(purpose: Purpose): Promise<Me | undefined> {
  const response = await reached(fetch(PATH, { headers: { [PURPOSE]: purpose } }));
  if (response.status === 401) return undefined;
  const body = jsonOf(await response.text());
  if (!response.ok) throw troubleOf(response, body, TEXTS.trouble.refused);
  return body as Me;
}

/** @throws Trouble */
export async function signIn(token: string): Promise<Me> {
  const response = await reached(
    fetch(PATH, {
      method: 'POST',
      headers: { [PURPOSE]: 'act', 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    }),
  );
  const body = jsonOf(await response.text());
  if (!response.ok) throw troubleOf(response, body, TEXTS.trouble.refused);
  return body as Me;
}

export async function signOut(): Promise<void> {
  await textOf(PATH, 'act', { method: 'DELETE' });
}

/** Whether an operation with this scope is allowed: the service decides, this only hides what it would refuse. */
export const may = ({ scopes }: Me, scope: string): boolean =>
  scopes.includes('admin') || scopes.includes(scope);
