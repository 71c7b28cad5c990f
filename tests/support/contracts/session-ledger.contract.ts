import { afterEach, beforeEach, describe } from '@jest/globals';
import {
  births,
  changedAccounts,
  overTheLimit,
  parallelLogins,
  secondLogins,
} from './session-ledger-births.contract.js';
import { ends, lately, pages, particulars } from './session-ledger-life.contract.js';
import type { GetSessionLedger, SessionLedgerSubject } from './session-ledger-subject.js';

export type { SessionLedgerSubject } from './session-ledger-subject.js';

/** What every SessionLedger does, whatever it is made of. */
export function describeSessionLedgerContract(
  name: string,
  makeSubject: () => Promise<SessionLedgerSubject>,
): void {
  const groups: Record<string, (get: GetSessionLedger) => void> = {
    'a birth': births,
    'a second login': secondLogins,
    'a login over the limit': overTheLimit,
    'parallel logins': parallelLogins,
    'an account that changed since it was authenticated': changedAccounts,
    'an end': ends,
    particulars,
    pages,
    'what happened lately': lately,
  };
  describe(`${name}, as SessionLedger`, () => {
    let subject: SessionLedgerSubject;
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
