import type { DisconnectOutbox, DisconnectSupport, ServiceID, Settlement } from '@sap2/session-core';

/**
 * What the answers of a peer tell about it: one 405 speaks for all that it is owed, and one that it took for all that it
 * did not support (ssp-binding §5). Where it gave both answers, it does support disconnects.
 */
export async function learnSupport(
  outbox: Pick<DisconnectOutbox, 'setSupport'>,
  peer: ServiceID,
  results: readonly Settlement['result'][],
  before: DisconnectSupport,
): Promise<void> {
  const isTaken = results.some((result) => result === 'acknowledged' || result === 'unknown-there');
  const isRefused = !isTaken && results.includes('not-supported');
  if (isTaken && before !== 'supported') await outbox.setSupport(peer, 'supported');
  if (isRefused && before !== 'unsupported') await outbox.setSupport(peer, 'unsupported');
}
