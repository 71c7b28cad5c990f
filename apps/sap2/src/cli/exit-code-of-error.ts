import { LedgerUnavailableError } from '@sap2/identity-store';
import { DataDirInUseError } from '@sap2/embedded-stores';
import { UnsuitableRedisError } from '@sap2/live-store';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { UsageError } from '@sap2/terminal';
import { UnusableTlsFiles } from '../listeners/tls/followed-files.js';
import { DamagedKeyError, StoreNotStartedError, StoresNotRunningError } from '../open-stores.js';
import { EXIT, type ExitCode } from './exit-codes.js';

const WRONG_USAGE = [UsageError, UnusableTlsFiles, DamagedKeyError];
const UNAVAILABLE = [
  LedgerUnavailableError,
  LiveStoreUnavailableError,
  UnsuitableRedisError,
  DataDirInUseError,
  StoreNotStartedError,
  StoresNotRunningError,
];

/** Redis lets us in not at all, or not to what we need. */
const isShutOut = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ReplyError' &&
  /^(?:WRONGPASS|NOAUTH|NOPERM|ERR AUTH)/.test(error.message);

/** Of what a command throws. It knows the errors of all stores, so a command without stores does not load it. */
export function exitCodeOfError(error: unknown): ExitCode {
  const is = (kinds: readonly (abstract new (...args: never[]) => Error)[]): boolean =>
    kinds.some((kind) => error instanceof kind);
  if (is(WRONG_USAGE)) return EXIT.usage;
  return is(UNAVAILABLE) || isShutOut(error) ? EXIT.unavailable : EXIT.defect;
}
