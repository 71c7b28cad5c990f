import { assertNever } from '@sap2/kernel';
import { type EventLog, sessionTag } from '@sap2/observability';
import {
  type Arrival,
  arrivalFault,
  type ArrivalFault,
  type CallbackInitiator,
  type PeerRecogniser,
  type SetUpResponder,
} from '@sap2/peer-link';
import type { DecodedSessionMessage, DecodedTransaction, SetupMessage } from '@sap2/ssp-wire';
import type { HeldLines, LineAMinute } from '../../listeners/line-a-minute.js';
import type { SpeakerHints } from '../speaker-hints.js';
import type { Run } from '../steps.js';
import {
  type Answer,
  type Decoded,
  isAnswer,
  type MessageStep,
  nothing,
  receipt,
  type Recognised,
  refused,
} from './message.js';

export interface RecogniseNeeds {
  readonly recogniser: Pick<PeerRecogniser, 'recognise'>;
  readonly responder: Pick<SetUpResponder, 'claimedSpeaker'>;
  readonly callbackInitiator: Pick<CallbackInitiator, 'claimedSpeaker'>;
  readonly hints: Pick<SpeakerHints, 'remember' | 'forget'>;
  readonly log: Pick<EventLog, 'warn'>;
  readonly heldLines: HeldLines;
}

/** Who speaks, and whether the message came the way that was agreed with that peer (ssp-binding §2, §3). */
export function recognise(on: RecogniseNeeds): MessageStep<Decoded, Recognised> {
  const lines = on.heldLines.ofOneKind();
  return ({ message, arrival, onRecognised }, next) =>
    message.kind === 'setup'
      ? claim(on, message, arrival, next)
      : identify(on, lines, { message, arrival, onRecognised }, next);
}

/** A set-up only claims who speaks. The proof is its content. */
async function claim(
  on: RecogniseNeeds,
  message: SetupMessage,
  arrival: Arrival,
  next: Run<Recognised, Answer>,
): Promise<Answer> {
  const listener = message.mode === 'Response' ? on.callbackInitiator : on.responder;
  const agreement = await listener.claimedSpeaker(message);
  const fault = agreement && arrivalFault(agreement, arrival);
  if (agreement !== undefined && fault !== undefined) return refuseMisfit(on, agreement.peer, fault);
  return await next({ kind: 'setup', message, arrival, agreement });
}

async function identify(
  on: RecogniseNeeds,
  lines: LineAMinute,
  { message, arrival, onRecognised }: Decoded & { readonly message: DecodedSessionMessage },
  next: Run<Recognised, Answer>,
): Promise<Answer> {
  const { sessionID, transactions } = message;
  const says = transactions.every(isAnswer) ? 'answers' : 'requests';
  const speaker = await on.recogniser.recognise(sessionID, arrival, says);
  switch (speaker.kind) {
    case 'unknown':
      on.hints.forget(sessionID);
      lines.happened(arrival.address, (count) => warnOfUnknown(on, sessionID, arrival.address, count));
      // A peer that gets 403 gives up its session, and this message says nothing about that session.
      if (transactions.every(isNotSupported)) return receipt(nothing);
      return refused(403, 'session-unknown', 'The SSP session is unknown or expired; set up a new one.');
    case 'misfit':
      return refuseMisfit(on, speaker.peer, speaker.fault);
    case 'recognised': {
      const { agreement, session } = speaker;
      on.hints.remember(sessionID, agreement.peer);
      onRecognised(agreement.peer);
      return await next({ kind: 'session', message, arrival, agreement, session });
    }
    default:
      return assertNever(speaker);
  }
}

/** The peer does not learn which condition it misses. The log has it for the operator. */
function refuseMisfit({ log }: RecogniseNeeds, peer: string, outcome: ArrivalFault): Answer {
  log.warn('ssp_message_misfit', { peer, outcome });
  const detail = 'The transport, address or certificate of this message is not the one agreed.';
  return refused(403, 'misfit', detail, undefined, peer);
}

const warnOfUnknown = ({ log }: RecogniseNeeds, sessionID: string, address: string, count: number): void =>
  log.warn('ssp_session_unknown', {
    httpStatus: 403,
    session: sessionTag(sessionID),
    count,
    detail: `a message from ${address} names an unknown SSP session; its sender must set up a new one`,
  });

/** Existing peers give this answer to every request that they do not know. */
const isNotSupported = (transaction: DecodedTransaction): boolean =>
  isAnswer(transaction) &&
  transaction.primitive.kind === 'Status' &&
  transaction.primitive.status.code === 405;
