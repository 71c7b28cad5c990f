/**
 * What an error of the system, a program or a server says under a key; empty when it says nothing.
 * Not by `instanceof`: the errors of Node's own modules may come from another realm than ours (a test's).
 */
export function errorWord(error: unknown, key: 'code' | 'message' | 'status' | 'stderr'): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, key) ?? '') : '';
}
