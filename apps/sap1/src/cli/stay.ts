import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '@sap2/ssp-wire';
import type { Sap1 } from '../index.js';
import type { Terminal } from '@sap2/terminal';

/** Longest sleep of a Node timer, some 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Keeps one session alive until Ctrl-C, and logs out then.
 *
 * @param keepAliveTimeS as granted at login
 * @returns how SAP 2 ended the session; undefined: it did not
 */
export async function stay(
  sap1: Sap1,
  userSessionID: string,
  keepAliveTimeS: number,
  terminal: Terminal,
): Promise<Status | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([
      terminal.interrupted(over.signal).then(() => undefined),
      sap1.disconnectOf(userSessionID, over.signal).then((push) => push.status),
      keepAliveUntilLost(sap1, userSessionID, keepAliveTimeS, over.signal),
    ]);
  } finally {
    over.abort();
    if (sap1.sessions.has(userSessionID)) {
      const { status } = await sap1.logout(userSessionID);
      terminal.err(`Logged out (${status.code}).`);
    }
  }
}

/** @returns the answer that says that there is nothing left to keep alive */
async function keepAliveUntilLost(
  sap1: Sap1,
  userSessionID: string,
  grantedS: number,
  signal: AbortSignal,
): Promise<Status> {
  let keepAliveTimeS = grantedS;
  for (;;) {
    // Half of the time: one lost message does not cost the session.
    await sleep(Math.min(keepAliveTimeS * 500, MAX_TIMER_MS), undefined, { signal });
    const answer = await sap1.keepAlive(userSessionID);
    if (!sap1.sessions.has(userSessionID)) return answer.status;
    if (answer.kind === 'UserKeepAliveResponse') keepAliveTimeS = answer.keepAliveTime;
  }
}
