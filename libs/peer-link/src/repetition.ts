import { createHmac } from 'node:crypto';
import { canonicalContent, type RequestPrimitive, type ResponsePrimitive } from '@sap2/ssp-wire';
import type { TransactionClaim, TransactionKey, TransactionLedger } from './ports/transaction-ledger.port.js';
import { statusOf } from './set-up-messages.js';

export interface RepetitionTimes {
  /** How long an answer may be asked for again (ssp-binding §6). */
  readonly keepMs: number;
  /** Longer than any transaction takes; the transaction of a process that crashed is free after this. */
  readonly leaseMs: number;
  /** Pauses between two looks for the answer that another request is working on; after the last one it is 503. */
  readonly looksMs: readonly number[];
}

export const DEFAULT_REPETITION_TIMES: RepetitionTimes = {
  keepMs: 600_000,
  leaseMs: 30_000,
  looksMs: [25, 50, 100, 200, 400, 800, 1600, 1600],
};

/** Seconds after which a peer may ask for an answer that was not ready in time. */
const TRY_AGAIN_S = 5;

/** Nothing was done when these were answered: a repetition starts afresh. */
const NOTHING_DONE: readonly number[] = [500, 503, 504];

/** The same transaction asked again has the same answer and no second effect (ssp-binding §6). */
export class Repetition {
  /**
   * @param hashKey the same in all processes; what is kept of a request is its hash under this key
   * @param pause resolves after so many milliseconds
   */
  constructor(
    private readonly ledger: TransactionLedger,
    private readonly hashKey: Uint8Array,
    private readonly pause: (ms: number) => Promise<void>,
    private readonly times: RepetitionTimes = DEFAULT_REPETITION_TIMES,
  ) {}

  /** The stored answer, or what `run` gives. @throws what `run` or the ledger throws, the transaction being free again */
  async once(
    key: TransactionKey,
    request: RequestPrimitive,
    run: () => Promise<ResponsePrimitive>,
  ): Promise<ResponsePrimitive> {
    const hash = createHmac('sha256', this.hashKey).update(canonicalContent(request)).digest('base64');
    // What we did after our claim had lapsed. The next owner's answer counts, so that both requests get the same.
    let late: ResponsePrimitive | undefined;
    for (const pauseMs of [...this.times.looksMs, undefined]) {
      const claimed = await this.ledger.claim(key, hash, this.times.leaseMs);
      if (claimed.state === 'answered') return parseAnswer(claimed.answer);
      if (claimed.state === 'other-content') return late ?? bareStatus(420, undefined);
      if (claimed.state === 'mine') {
        const done = late;
        const { answer, isKept } = await this.runAndStore(
          key,
          claimed.claim,
          done === undefined ? run : async () => done,
        );
        if (isKept) return answer;
        late = answer;
      }
      if (pauseMs !== undefined) await this.pause(pauseMs);
    }
    return late ?? bareStatus(503, TRY_AGAIN_S);
  }

  private async runAndStore(
    key: TransactionKey,
    claim: TransactionClaim,
    run: () => Promise<ResponsePrimitive>,
  ): Promise<{ readonly answer: ResponsePrimitive; readonly isKept: boolean }> {
    let answer: ResponsePrimitive;
    try {
      answer = await run();
    } catch (error) {
      await this.ledger.release(key, claim);
      throw error;
    }
    if (NOTHING_DONE.includes(answer.status.code)) {
      await this.ledger.release(key, claim);
      return { answer, isKept: true };
    }
    const kept = await this.ledger.answer(key, claim, JSON.stringify(answer), this.times.keepMs);
    return { answer, isKept: kept === 'kept' };
  }
}

const bareStatus = (code: number, tryAgainTimeoutS: number | undefined): ResponsePrimitive => ({
  kind: 'Status',
  status: statusOf(code, tryAgainTimeoutS),
});

/** Our own text back: fields that were undefined are missing in it, which reads the same. */
function parseAnswer(text: string): ResponsePrimitive {
  const answer: ResponsePrimitive = JSON.parse(text);
  return answer;
}
