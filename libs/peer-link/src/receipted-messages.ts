import { encodeSsp, type SspMessage } from '@sap2/ssp-wire';
import type { Agreement } from './ports/agreements.port.js';
import type { PeerTransport, TransportOutcome } from './ports/peer-transport.port.js';

/**
 * Before each attempt, in milliseconds. The first: existing peers accept a message only after they have processed
 * our receipt. The others: a peer closes the connection if it was not ready yet.
 */
const PAUSES_MS = [50, 500, 2_000];

/** Messages to peers in callback mode: HTTP 2xx is a receipt, and all that comes back (ssp-binding §2). */
export class ReceiptedMessages {
  /** @param deadlineMs for one attempt, in all */
  constructor(
    private readonly transport: PeerTransport,
    private readonly pause: (ms: number) => Promise<void>,
    private readonly deadlineMs: number,
  ) {}

  /** A few quick attempts. Undefined: the peer has it; otherwise why not, for the operator. */
  async send(agreement: Agreement, message: SspMessage): Promise<string | undefined> {
    let trouble: string | undefined;
    for (const pauseMs of PAUSES_MS) {
      await this.pause(pauseMs);
      trouble = await this.sendOnce(agreement, message, this.deadlineMs);
      if (trouble === undefined) return undefined;
    }
    return trouble;
  }

  async sendOnce(
    { peer, callbackUrl }: Agreement,
    message: SspMessage,
    deadlineMs: number,
  ): Promise<string | undefined> {
    if (callbackUrl === undefined) throw new Error(`The agreement with ${peer} has no URL to send to.`);
    return troubleIn(await this.transport.post(callbackUrl, Buffer.from(encodeSsp(message)), deadlineMs));
  }
}

/** Why a message was not taken, for the operator; undefined: it was. */
export function troubleIn(outcome: TransportOutcome): string | undefined {
  if (outcome.kind === 'failure') return outcome.detail;
  const { httpStatus } = outcome;
  return httpStatus >= 200 && httpStatus < 300 ? undefined : `HTTP ${httpStatus}`;
}
