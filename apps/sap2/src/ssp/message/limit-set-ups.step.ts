import { Rates } from '../rates.js';
import { type MessageStep, refused, RETRY_AFTER_S } from './message.js';

/** Messages of set-ups in a second, from one address in the name of one peer: some nodes of a cluster at once. */
const PER_ADDRESS = 20;
/** From all addresses: more are POSTs that the peer itself has to bear. */
const PER_PEER = 100;

/**
 * Bounds what strangers can make us send. In callback mode each message of a set-up, proven or not, is answered by a POST
 * to the URL of the peer that it names (ssp-binding §3).
 */
export function limitSetUps(): MessageStep {
  const addresses = new Rates();
  const peers = new Rates();
  return async (message, next) => {
    const { kind, agreement, arrival } = message;
    if (kind === 'session' || agreement?.answerMode !== 'callback') return next(message);
    const { peer } = agreement;
    const isTooMuch =
      (await addresses.take(`${arrival.address} ${peer}`, PER_ADDRESS)) > 0 ||
      (await peers.take(peer, PER_PEER)) > 0;
    return isTooMuch
      ? refused(503, 'set-ups', 'Too many set-ups in a second; try again later.', RETRY_AFTER_S)
      : next(message);
  };
}
