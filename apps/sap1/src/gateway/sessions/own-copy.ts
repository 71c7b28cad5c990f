/**
 * The same text in memory of its own. A part of a string keeps the whole string in the heap. So a session cookie would
 * keep the login message, and with it the password.
 */
export function ownCopy(text: string): string;
export function ownCopy(text: string | undefined): string | undefined;
export function ownCopy(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'utf8').toString('utf8');
}
