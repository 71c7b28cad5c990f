import type { EventLog } from '@sap2/observability';
import type { Agreement, ReceiptedMessages } from '@sap2/peer-link';
import type { SspMessage } from '@sap2/ssp-wire';

/** TransactionIDs in a line of the log; a message has up to 500. */
const NAMED_TRANSACTIONS = 10;

/** Answers to peers in callback mode: POSTed to the registered URL, `mode="Response"` (ssp-binding §2). */
export class CallbackAnswers {
  constructor(
    private readonly messages: ReceiptedMessages,
    private readonly log: EventLog,
  ) {}

  /**
   * Resolves when the peer has acknowledged it; or when it is the requester's turn to repeat, and the stored answer is
   * sent then.
   */
  async send(agreement: Agreement, message: SspMessage): Promise<void> {
    const trouble = await this.messages.send(agreement, message);
    if (trouble === undefined) return;
    const lost = message.kind === 'setup' ? [message] : message.transactions;
    const [first, ...others] = lost;
    const more = others.slice(0, NAMED_TRANSACTIONS).map(({ transactionID }) => transactionID);
    this.log.warn('callback_answer_lost', {
      peer: agreement.peer,
      transactionId: first?.transactionID,
      primitive: [...new Set(lost.map(({ primitive }) => primitive.kind))].join(', '),
      count: lost.length,
      detail: more.length === 0 ? trouble : `${trouble}; with transactions ${more.join(', ')}`,
    });
  }
}
