/** A call of a port at which the process is to kill itself, as if the power had failed there. */
export interface CrashPoint {
  readonly port: string;
  readonly operation: string;
  readonly moment: 'before' | 'after';
  /** Which call of the operation, counted from 1. */
  readonly call: number;
}

const CRASH_POINT = /^([A-Z]\w+)\.([a-z]\w*):(before|after)(?::([1-9]\d{0,8}))?$/;

/**
 * `SessionLedger.open:after`, or `SessionLedger.open:after:3` for its third call; undefined if the text is no crash
 * point.
 */
export function readCrashPoint(text: string): CrashPoint | undefined {
  const [, port, operation, moment, call = '1'] = CRASH_POINT.exec(text) ?? [];
  if (port === undefined || operation === undefined) return undefined;
  return { port, operation, moment: moment === 'before' ? 'before' : 'after', call: Number(call) };
}
