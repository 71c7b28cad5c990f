import { setTimeout as wait } from 'node:timers/promises';
import type { EventLog } from '@sap2/observability';
import type { Agreement, PeerTransport } from '@sap2/peer-link';
import { encodeSsp, type SspMessage } from '@sap2/ssp-wire';

/**
 * Before each attempt, in milliseconds. The first: a peer of the field takes up an answer only when it has digested our
 * receipt. After the last it is the requester's turn to repeat, and the stored answer is sent then.
 */
const PAUSES_MS = [50, 500, 2_000];

/** Answers to peers in callback mode: POSTed to the registered URL, `mode="Response"` (ssp-binding §2). */
export class CallbackAnswers {
  constructor(
    private readonly transport: PeerTransport,
    private readonly log: EventLog,
    private readonly deadlineMs: number,
  ) {}

  /** Resolves when the peer has acknowledged it, or will have to ask again. */
  async send({ peer, callbackUrl }: Agreement, message: SspMessage): Promise<void> {
    if (callbackUrl === undefined) throw new Error(`The agreement with ${peer} has no URL to answer to.`);
    const body = Buffer.from(encodeSsp(message));
    let detail = '';
    for (const pauseMs of PAUSES_MS) {
      await wait(pauseMs);
      const outcome = await this.transport.post(callbackUrl, body, this.deadlineMs);
      if (outcome.kind === 'answer' && outcome.httpStatus >= 200 && outcome.httpStatus < 300) return;
      detail = outcome.kind === 'answer' ? `HTTP ${outcome.httpStatus}` : outcome.detail;
    }
    this.log.warn('callback_answer_lost', { peer, detail, attempt: PAUSES_MS.length });
  }
}
