/** Plain JavaScript, because Jest loads its sequencer without any transformation. */
import { relative } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/** The files that take longest, the longest first: most of them wait for processes that they start and kill. */
export const LONG_FILES = [
  'tests/e2e/admin/users-crash.e2e.spec.ts',
  'tests/e2e/stores/crash.e2e.spec.ts',
  'tests/e2e/admin/large-agreement.e2e.spec.ts',
  'tests/e2e/stores/redis-cluster.e2e.spec.ts',
  'tests/e2e/stores/postgres-standby.e2e.spec.ts',
  'tests/e2e/stores/store-faults.e2e.spec.ts',
  'tests/e2e/csp/heap-snapshot.e2e.spec.ts',
  'tests/e2e/csp/containers.e2e.spec.ts',
  'tests/e2e/stores/connections-ended.e2e.spec.ts',
  'tests/e2e/stores/idle.e2e.spec.ts',
  'tests/e2e/cli/command-line-stores.e2e.spec.ts',
  'tests/e2e/stores/hang-up.e2e.spec.ts',
  'tests/e2e/ssp/short-times.e2e.spec.ts',
  'tests/e2e/csp/sap2-away.e2e.spec.ts',
  'tests/e2e/ssp/spraying.e2e.spec.ts',
  'tests/e2e/stores/store-away-at-start.e2e.spec.ts',
  'tests/e2e/stores/redis-fail-over.e2e.spec.ts',
  'tests/e2e/stores/granted.e2e.spec.ts',
  'libs/embedded-stores/src/embedded-stores.int.spec.ts',
  'libs/live-store/src/redis-cluster.int.spec.ts',
  'tests/e2e/admin/api-fuzz.e2e.spec.ts',
  'tests/e2e/admin/seed-faults.e2e.spec.ts',
  'tests/e2e/admin/every-operation.e2e.spec.ts',
  'tests/e2e/tls/tls-process.e2e.spec.ts',
  'tests/e2e/ssp/http-directory.e2e.spec.ts',
  'tests/e2e/ssp/ldap-directory.e2e.spec.ts',
  'tests/e2e/console/pages.e2e.spec.ts',
  'tests/e2e/console/accessibility.e2e.spec.ts',
];

/**
 * Jest starts with the longest files when it knows how long they took before. In a fresh clone it does not: a long file that
 * comes last keeps one worker busy while the others have nothing to do.
 */
export default class LongFilesFirst extends TestSequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ path, context }) {
  const rank = LONG_FILES.indexOf(relative(context.config.rootDir, path));
  return rank === -1 ? LONG_FILES.length : rank;
}
