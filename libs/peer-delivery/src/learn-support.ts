import type { DisconnectOutbox, DisconnectSupport, ServiceID, Settlement } from '@sap2/session-core';

/**
 * What the answers of a peer show about its support. One 405 counts for all its disconnects. One acknowledgement
 * counts for all that were unsupported (ssp-binding §5). After both answers, it supports disconnects.
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
