import { LedgerUnavailableError } from '@sap2/identity-store';
import { DataDirInUseError } from '@sap2/embedded-stores';
import { UnsuitableRedisError } from '@sap2/live-store';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { UsageError } from '@sap2/terminal';
import { UnusableTlsFiles } from '../listeners/tls/followed-files.js';
import { DamagedKeyError, StoreNotStartedError } from '../open-stores.js';

/** What a script goes by; docs/command-line.md says the same. */
export const EXIT = {
  done: 0,
  /** There is no such thing, it is in use, or it was changed meanwhile. */
  refused: 1,
  /** The command, an option or the configuration is wrong. */
  usage: 2,
  /** PostgreSQL or Redis is unreachable, does not answer, or refuses the service. */
  unavailable: 3,
  /** The audit trail was changed, or the stores do not agree. */
  unsound: 4,
  /** A defect of ours (sysexits.h EX_SOFTWARE). */
  defect: 70,
} as const;

/** One of `EXIT`, or above 128 the signal that ended the command. */
export type ExitCode = number;

const WRONG_USAGE = [UsageError, UnusableTlsFiles, DamagedKeyError];
const UNAVAILABLE = [
  LedgerUnavailableError,
  LiveStoreUnavailableError,
  UnsuitableRedisError,
  DataDirInUseError,
  StoreNotStartedError,
];

/** Redis lets us in not at all, or not to what we need. */
const isShutOut = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ReplyError' &&
  /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.test(error.message);

export function exitCodeOfError(error: unknown): ExitCode {
  const is = (kinds: readonly (abstract new (...args: never[]) => Error)[]): boolean =>
    kinds.some((kind) => error instanceof kind);
  if (is(WRONG_USAGE)) return EXIT.usage;
  return is(UNAVAILABLE) || isShutOut(error) ? EXIT.unavailable : EXIT.defect;
}

export function exitCodeOf(status: number): ExitCode {
  if (status < 400) return EXIT.done;
  if (status === 400) return EXIT.usage;
  if (status === 503) return EXIT.unavailable;
  return status < 500 ? EXIT.refused : EXIT.defect;
}
