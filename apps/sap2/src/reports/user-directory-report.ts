import type { UserDirectoryReport } from '@sap2/user-directories';
import type { Base } from '../authority/base.js';

/** Counts each check. A directory that fails has a line a minute, since logins can cause as many as they like. */
export function userDirectoryReport({
  log,
  measures,
  heldLines,
}: Pick<Base, 'log' | 'measures' | 'heldLines'>): UserDirectoryReport {
  const failures = heldLines.ofOneKind();
  return {
    checked: (domain, result, durationMs) => measures.directoryCheck(domain, result, durationMs),
    failed: (domain, detail) =>
      failures.happened(domain, (count) => log.warn('user_directory_failed', { domain, count, detail })),
    back: (domain) => log.event('user_directory_back', { domain }),
  };
}
