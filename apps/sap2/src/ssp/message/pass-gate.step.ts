import type { Measures } from '@sap2/observability';
import { type Gate, GateClosed } from '../../listeners/gate.js';
import type { SpeakerHints } from '../speaker-hints.js';
import { type Arrived, BUSY_RETRY_AFTER_S, type MessageStep, refused, RETRY_AFTER_S } from './message.js';

export interface GateNeeds {
  readonly gate: Pick<Gate, 'pass'>;
  readonly hints: Pick<SpeakerHints, 'of'>;
  readonly measures: Pick<Measures, 'turnedAway'>;
}

/** Nothing is read while the gate is closed, or while the speaker holds its share of the places already. */
export const passGate =
  ({ gate, hints, measures }: GateNeeds): MessageStep<Arrived> =>
  async (message, next) => {
    const speaker = hints.of(message.bytes, message.arrival.address);
    const answer = await gate.pass(() => next(message), speaker);
    if (!(answer instanceof GateClosed)) return answer;
    if (answer.reason !== 'crowded') {
      const reason = answer.reason === 'overloaded' ? 'overloaded' : 'not-open';
      return refused(503, reason, `Not now (${answer.reason}); try again later.`, RETRY_AFTER_S);
    }
    const peer = 'peer' in speaker ? speaker.peer : undefined;
    if (peer !== undefined) measures.turnedAway(peer, 'in-flight');
    return refused(429, 'crowded', 'Too many messages at once. Try again later.', BUSY_RETRY_AFTER_S, peer);
  };
