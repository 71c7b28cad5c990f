import { safeLine, safeStack } from './masking.js';

/** What a log keeps of something thrown: its other properties may hold a statement, its parameters or a request. */
export interface ErrorSummary {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** Causes followed: a driver's error under ours, and the socket's under the driver's. */
const MAX_CAUSES = 3;

/** Also errors of another realm, such as those of Node's own modules under a test runner. */
const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

const codeOf = (error: Error): string | undefined =>
  'code' in error && (typeof error.code === 'string' || typeof error.code === 'number')
    ? safeLine(String(error.code))
    : undefined;

function messageOf(error: Error, causesLeft: number): string {
  const inner: unknown = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : error.cause;
  if (!isError(inner) || causesLeft === 0) return error.message;
  const cause = messageOf(inner, causesLeft - 1);
  return error.message === '' ? cause : `${error.message} (cause: ${cause})`;
}

export function summaryOf(thrown: unknown, withStack: boolean): ErrorSummary {
  if (!isError(thrown)) return { name: 'NotAnError', message: safeLine(typeof thrown) };
  const code = codeOf(thrown);
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: safeLine(thrown.name),
    message: safeLine(messageOf(thrown, MAX_CAUSES)),
    ...(code === undefined ? {} : { code }),
    ...(withStack && frames !== undefined ? { stack: safeStack(frames.join('\n')) } : {}),
  };
}
