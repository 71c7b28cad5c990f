import { Rates } from '../rates.js';
import { type Answer, type MessageStep, refused, RETRY_AFTER_S } from './message.js';

/** Set-up messages per second from one address in the name of one peer. Some nodes of a cluster may begin at once. */
const PER_ADDRESS = 20;
/** From all addresses: more are POSTs that the peer itself has to bear. */
const PER_PEER = 100;

/**
 * Limits the messages that strangers can make us send. In callback mode each set-up message causes a POST to the peer that it
 * names, proven or not (ssp-binding §3).
 */
export function limitSetUps(): MessageStep {
  const addresses = new Rates();
  const peers = new Rates();
  const limited = async (address: string, peer: string, goOn: () => Promise<Answer>): Promise<Answer> => {
    const isTooMuch =
      (await addresses.take(`${address} ${peer}`, PER_ADDRESS)) > 0 || (await peers.take(peer, PER_PEER)) > 0;
    return isTooMuch
      ? refused(503, 'set-ups', 'Too many set-ups in a second; try again later.', RETRY_AFTER_S)
      : goOn();
  };
  return (message, next) => {
    const { kind, agreement, arrival } = message;
    if (kind === 'session' || agreement?.answerMode !== 'callback') return next(message);
    return limited(arrival.address, agreement.peer, () => next(message));
  };
}
