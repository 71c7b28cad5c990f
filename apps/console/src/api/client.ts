import createClient from 'openapi-fetch';
import { TEXTS } from '../texts.js';
import type { paths } from '../../../../clients/typescript/openapi.js';
import { Trouble, troubleOf, unreachable } from './trouble.js';

/** `act`: the person did something. `refresh`: the page asks by itself, which keeps no session alive. */
export type Purpose = 'act' | 'refresh';

export const PURPOSE = 'X-SAP2-Console';

/** The REST API as its document describes it. The cookie goes along by itself, the header shows who asks. */
export const api = createClient<paths>({ baseUrl: location.origin, headers: { [PURPOSE]: 'act' } });

/** On a request that no person made. */
export const AS_REFRESH = { headers: { [PURPOSE]: 'refresh' } } as const;

export const asked = (purpose: Purpose): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { [PURPOSE]: purpose },
});

const SESSION_OVER = 'session-over';

/** Calls back when the service does not know this session any more. */
export function whenSessionEnds(listener: () => void): () => void {
  addEventListener(SESSION_OVER, listener);
  return () => removeEventListener(SESSION_OVER, listener);
}

interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** @throws Trouble for each refusal, and for an answer that did not come */
export async function answerOf<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await reached(call);
  if (!response.ok) throw refused(troubleOf(response, error, TEXTS.trouble.refused));
  return data as T;
}

/** A request outside the document: its text. @throws Trouble */
export async function textOf(
  path: string,
  purpose: Purpose,
  init: Omit<RequestInit, 'headers'> = {},
): Promise<string> {
  const response = await reached(fetch(path, { ...init, headers: { [PURPOSE]: purpose } }));
  const text = await response.text();
  if (response.ok) return text;
  throw refused(troubleOf(response, jsonOf(text), TEXTS.trouble.refused));
}

export async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof Trouble ? error : unreachable(TEXTS.trouble.unreachable);
  }
}

export function refused(trouble: Trouble): Trouble {
  if (trouble.status === 401) dispatchEvent(new Event(SESSION_OVER));
  return trouble;
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
