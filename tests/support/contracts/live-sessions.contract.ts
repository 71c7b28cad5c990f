import { afterEach, beforeEach, describe } from '@jest/globals';
import { claims, expiry, leftOutOfASync, overdueOfAnAccount } from './live-sessions-deadline.contract.js';
import { beating, checked, drift, losingItsContent, restoring } from './live-sessions-rebuild.contract.js';
import type { GetLiveSessions, LiveSessionsSubject } from './live-sessions-subject.js';
import { askedByTheWrongOne, ending, inUse, theLoginAnswer } from './live-sessions-use.contract.js';

export type { LiveSessionsSubject } from './live-sessions-subject.js';

/** What every LiveSessions does, whatever it is made of. */
export function describeLiveSessionsContract(
  name: string,
  makeSubject: () => Promise<LiveSessionsSubject>,
): void {
  const groups: Record<string, (get: GetLiveSessions) => void> = {
    'in use': inUse,
    'asked by the wrong one': askedByTheWrongOne,
    ending,
    'the login answer': theLoginAnswer,
    expiry,
    claims,
    'overdue of an account': overdueOfAnAccount,
    'left out of a sync': leftOutOfASync,
    drift,
    restoring,
    'losing its content': losingItsContent,
    beating,
    'checked against the ledger': checked,
  };
  describe(`${name}, as LiveSessions`, () => {
    let subject: LiveSessionsSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    for (const [group, tests] of Object.entries(groups)) {
      describe(`${name}: ${group}`, () => {
        tests(() => subject);
      });
    }
  });
}
