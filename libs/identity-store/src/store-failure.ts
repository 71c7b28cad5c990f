import { QueryFailedError } from 'typeorm';

/** PostgreSQL can not answer now: unreachable, restarting, overloaded or too slow. The peer gets 503, and may try again. */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError';

  constructor(
    detail: string,
    /** SQLSTATE, where PostgreSQL itself said so. */
    readonly code: string | undefined,
    /** Of a connection that could not be opened. It may hold a password. */
    readonly url?: string,
  ) {
    super(`PostgreSQL is not available: ${detail}`);
  }
}

/** A statement that can not succeed however often it is repeated: a defect, ours or of the data. */
export class StatementRefusedError extends Error {
  override readonly name = 'StatementRefusedError';

  constructor(
    detail: string,
    readonly code: string,
    readonly url?: string,
  ) {
    super(`PostgreSQL refused a statement: ${detail}`);
  }
}

/** What a driver says of a failure; `code` is the SQLSTATE, or a code of the operating system. */
interface DriverError extends Error {
  readonly code?: string;
  readonly constraint?: string;
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Classes of SQLSTATE:
 *
 * - 08: connection lost
 * - 28: access refused
 * - 3D: unknown database
 * - 40: transaction rolled back
 * - 53: out of resources
 * - 55: object in use, or lock not available
 * - 57: an operator or a time-out
 * - 58: system error
 * - 25P03: idle in a transaction for too long
 * - 25006: the server takes no writes: it is a standby
 */
const PASSING = /^(?:08|28|3D|40|53|55|57|58|25P03|25006)/;

/** Data errors (22) quote the value, and a value may be a secret. */
const QUOTES_VALUES = /^22/;

/** Never carries the statement's parameters on: they hold session ids and credentials, and the error ends in a log. */
export function storeFailure(error: unknown, url?: string): LedgerUnavailableError | StatementRefusedError {
  const cause = (error instanceof QueryFailedError ? error.driverError : error) as DriverError;
  const { code } = cause;
  if (code === undefined || !SQLSTATE.test(code))
    return new LedgerUnavailableError(code ?? cause.message, undefined, url);
  if (PASSING.test(code)) return new LedgerUnavailableError(`${cause.message} (${code})`, code, url);
  const subject = QUOTES_VALUES.test(code) ? 'a value it can not take' : cause.message;
  const constraint = cause.constraint === undefined ? '' : `, constraint ${cause.constraint}`;
  return new StatementRefusedError(`${subject} (${code}${constraint})`, code, url);
}
