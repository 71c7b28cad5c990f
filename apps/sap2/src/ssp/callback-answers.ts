import type { EventLog } from '@sap2/observability';
import type { Agreement, ReceiptedMessages } from '@sap2/peer-link';
import type { SspMessage } from '@sap2/ssp-wire';

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
    const detail = await this.messages.send(agreement, message);
    if (detail !== undefined) this.log.warn('callback_answer_lost', { peer: agreement.peer, detail });
  }
}
