import type { EventLog, Measures } from '@sap2/observability';
import { answerOf, learnSupport } from '@sap2/peer-delivery';
import type { AnsweredDisconnect, DisconnectOutbox, ServiceID } from '@sap2/session-core';
import type { ResponseTransaction } from '@sap2/ssp-wire';
import { reportSettled } from '../loops/delivery-report.js';

/** The peer's answers to disconnects, sent as messages of its own (ssp-binding §5, callback mode). */
export class DisconnectAnswers {
  constructor(
    private readonly outbox: Pick<DisconnectOutbox, 'settleByTransaction' | 'setSupport'>,
    private readonly log: EventLog,
    private readonly measures: Measures,
  ) {}

  /** Answers to anything else, or to nothing, change nothing. @throws what the outbox throws */
  async hear(peer: ServiceID, answers: readonly ResponseTransaction[]): Promise<void> {
    const counts = { acknowledged: 0, 'unknown-there': 0, failed: 0, 'not-supported': 0 };
    let error: string | undefined;
    for (const { transactionID, primitive } of answers) {
      if (primitive.kind !== 'Status') continue;
      const answer = answerOf(primitive.status.code);
      if (!(await this.settle(peer, transactionID, answer))) continue;
      counts[answer.result] += 1;
      if ('error' in answer) error ??= answer.error;
    }
    reportSettled({ peer, counts, error }, this.log, this.measures);
  }

  private async settle(peer: ServiceID, transactionID: string, answer: AnsweredDisconnect): Promise<boolean> {
    const support = await this.outbox.settleByTransaction(peer, transactionID, answer);
    // A 405 has marked the peer already.
    if (support !== undefined && answer.result !== 'not-supported') {
      await learnSupport(this.outbox, peer, [answer.result], support);
    }
    return support !== undefined;
  }
}
