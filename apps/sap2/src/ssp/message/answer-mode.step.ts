import type { EventLog } from '@sap2/observability';
import type { Agreement, ReceiptedMessages } from '@sap2/peer-link';
import type { SspMessage } from '@sap2/ssp-wire';
import { type Gate, GateClosed } from '../../listeners/gate.js';
import type { FailureAnswers } from '../failure-answers.js';
import type { MessagesAtWork } from '../messages-at-work.js';
import type { Run, Step } from '../steps.js';
import { type Answer, answered, nothing, receipt, type Recognised, type Served } from './message.js';

export interface AnswerModeNeeds {
  readonly gate: Pick<Gate, 'pass'>;
  readonly atWork: MessagesAtWork;
  readonly messages: Pick<ReceiptedMessages, 'send'>;
  readonly failures: Pick<FailureAnswers, 'watch'>;
  readonly log: Pick<EventLog, 'warn'>;
}

/**
 * Inline, the answer is the HTTP response. In callback mode the response is a receipt, and the answer is a separate message.
 * The work begins when the receipt has left: existing peers ignore an answer that comes before the receipt (ssp-binding §2).
 */
export const answerMode =
  (on: AnswerModeNeeds): Step<Recognised, Recognised, Served, Answer> =>
  async (heard, next) => {
    const { agreement } = heard;
    if (agreement?.answerMode === 'callback') {
      return receipt(() => on.failures.watch([callBack(on, agreement, heard, next)]));
    }
    const { message, handedOver } = await next(heard);
    return message === undefined ? receipt(nothing) : answered(message, handedOver);
  };

/** The receipt gave the places back that the message had, so the work takes new ones. */
async function callBack(
  on: AnswerModeNeeds,
  agreement: Agreement,
  heard: Recognised,
  next: Run<Recognised, Served>,
): Promise<void> {
  const { peer } = agreement;
  const work = async (): Promise<Served> => {
    on.atWork.begin(peer);
    try {
      return await next(heard);
    } finally {
      on.atWork.end(peer);
    }
  };
  const served = await on.gate.pass(work, { peer });
  // The gate closed meanwhile, and the peer repeats what is not answered.
  if (served instanceof GateClosed || served.message === undefined) return;
  const trouble = await on.messages.send(agreement, served.message);
  // It is the requester's turn to repeat now, and the stored answer is sent then.
  if (trouble !== undefined) warnOfLost(on, peer, served.message, trouble);
  served.handedOver();
}

/** TransactionIDs in a line of the log; a message has up to 500. */
const NAMED_TRANSACTIONS = 10;

function warnOfLost({ log }: AnswerModeNeeds, peer: string, message: SspMessage, trouble: string): void {
  const lost = message.kind === 'setup' ? [message] : message.transactions;
  const [first, ...others] = lost;
  const more = others.slice(0, NAMED_TRANSACTIONS).map(({ transactionID }) => transactionID);
  log.warn('callback_answer_lost', {
    peer,
    transactionId: first?.transactionID,
    primitive: [...new Set(lost.map(({ primitive }) => primitive.kind))].join(', '),
    count: lost.length,
    detail: more.length === 0 ? trouble : `${trouble}; with transactions ${more.join(', ')}`,
  });
}
