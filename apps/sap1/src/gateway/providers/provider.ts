import type {
  RequestPrimitive,
  RequestTransaction,
  ResponsePrimitive,
  ResponseTransaction,
} from '@sap2/ssp-wire';
import { type GatewayTime, pause } from '../gateway-time.js';
import { Circuit } from './circuit.js';
import type { Reply } from './reply.js';
import { type SendFailure, sendFailureOf } from './send-failure.js';

/** What a provider needs of the SSP link. `SspLink` is one; a test has its own. */
export interface SapLink {
  nextTransactionID(): string;
  /** @throws SspError */
  send(transactions: readonly RequestTransaction[]): Promise<readonly ResponseTransaction[]>;
}

export interface ProviderTimes {
  /** A handset waits no longer for SAP 2 (then it gets 504). */
  readonly answerMs: number;
  /** A transaction without an answer is repeated no longer; SAP 2 remembers it for ten minutes. */
  readonly unknownMs: number;
  /** An SSP session in which nothing was said for this time gets a keep-alive. */
  readonly idleMs: number;
}

export const PROVIDER_TIMES: ProviderTimes = { answerMs: 20_000, unknownMs: 120_000, idleMs: 600_000 };

const FIRST_REPEAT_MS = 250;
const LONGEST_REPEAT_MS = 8000;
/** When SAP 2 says 503 without a time. */
const BUSY_S = 5;

export type ProviderState = 'starting' | 'up' | 'away';

/** What happens to a provider, for the log and the metrics. */
export interface ProviderReport {
  changed(serviceID: string, state: ProviderState, detail: string | undefined): void;
  asked(serviceID: string, primitive: string, outcome: string, durationMs: number): void;
}

/** What to do with an answer that comes after the handset has its 504. */
export interface AfterSilence {
  /** The answer, however late. */
  known(answer: ResponsePrimitive): void;
  /** The transaction was repeated long enough. SAP 2 may have carried it out. */
  givenUp(): void;
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: ResponsePrimitive }
  | { readonly kind: 'away'; readonly tryAgainS: number }
  | { readonly kind: 'given-up' };

/**
 * One SAP 2. It keeps an SSP session with it, asks it for handsets, and knows whether it is away. A request is one
 * SSP transaction, repeated under the same transactionID until there is an answer (ssp-binding §6).
 */
export class Provider {
  readonly #circuit = new Circuit();
  #state: ProviderState = 'starting';
  #lastAnswerAtMs = 0;
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;

  constructor(
    readonly serviceID: string,
    private readonly link: SapLink,
    private readonly time: GatewayTime,
    private readonly report: ProviderReport,
    private readonly times: ProviderTimes = PROVIDER_TIMES,
  ) {}

  get state(): ProviderState {
    return this.#state;
  }

  /** Sets the SSP session up. Resolves when the provider is up, or known to be away. */
  async start(): Promise<void> {
    await this.#probe();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  /**
   * @param after with it the transaction is repeated beyond the time of the handset, until its outcome is known
   */
  async ask(primitive: RequestPrimitive, after?: AfterSilence): Promise<Reply> {
    const startedAtMs = this.time.nowMs();
    const reply = await this.#ask(primitive, after, startedAtMs);
    const outcome = reply.kind === 'answered' ? String(reply.answer.status.code) : reply.kind;
    this.report.asked(this.serviceID, primitive.kind, outcome, this.time.nowMs() - startedAtMs);
    return reply;
  }

  async #ask(
    primitive: RequestPrimitive,
    after: AfterSilence | undefined,
    startedAtMs: number,
  ): Promise<Reply> {
    if (this.#circuit.isOpen) return { kind: 'away', tryAgainS: this.#circuit.tryAgainS(startedAtMs) };
    const { answerMs, unknownMs } = this.times;
    const untilMs = startedAtMs + (after === undefined ? answerMs : unknownMs);
    return new Promise((resolve, reject) => {
      let isOver = false;
      const cancel = this.time.after(answerMs, () => {
        isOver = true;
        resolve({ kind: 'silent' });
      });
      this.#repeat(primitive, untilMs).then((outcome) => {
        cancel();
        if (isOver) this.#tellLate(outcome, after);
        else resolve(outcome.kind === 'given-up' ? { kind: 'silent' } : outcome);
      }, reject);
    });
  }

  #tellLate(outcome: Outcome, after: AfterSilence | undefined): void {
    if (outcome.kind === 'answered') after?.known(outcome.answer);
    else after?.givenUp();
  }

  /** The same transaction again and again, until it has an answer. */
  async #repeat(primitive: RequestPrimitive, untilMs: number): Promise<Outcome> {
    const transaction = { mode: 'Request', transactionID: this.link.nextTransactionID(), primitive } as const;
    let isUnread = true;
    for (let pauseMs = FIRST_REPEAT_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_REPEAT_MS)) {
      const sent = await this.#send(transaction);
      if ('answer' in sent) return { kind: 'answered', answer: sent.answer };
      isUnread &&= sent.failure.isUnread;
      if (isUnread) return { kind: 'away', tryAgainS: this.#adviceAfter(sent.failure) };
      if (this.#isStopped || this.time.nowMs() + pauseMs >= untilMs) return { kind: 'given-up' };
      await pause(this.time, pauseMs);
    }
  }

  #adviceAfter({ retryAfterS }: SendFailure): number {
    return retryAfterS ?? (this.#circuit.isOpen ? this.#circuit.tryAgainS(this.time.nowMs()) : BUSY_S);
  }

  async #send(
    transaction: RequestTransaction,
  ): Promise<{ readonly answer: ResponsePrimitive } | { readonly failure: SendFailure }> {
    try {
      const [answer] = await this.link.send([transaction]);
      if (answer === undefined) throw new Error('An answer without a transaction passed the link');
      this.#answered();
      return { answer: answer.primitive };
    } catch (error) {
      const failure = sendFailureOf(error);
      if (!failure.isBusy && this.#circuit.failed()) this.#away(failure.detail);
      return { failure };
    }
  }

  #answered(): void {
    this.#lastAnswerAtMs = this.time.nowMs();
    this.#circuit.succeeded();
    if (this.#state === 'up') return;
    this.#state = 'up';
    this.report.changed(this.serviceID, 'up', undefined);
    this.#wake(this.times.idleMs);
  }

  #away(detail: string): void {
    this.#state = 'away';
    this.report.changed(this.serviceID, 'away', detail);
    this.#wake(this.#circuit.nextPauseMs(this.time.nowMs()));
  }

  #wake(ms: number): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#cancelTimer = this.time.after(ms, () => void this.#look());
  }

  /** Away: a probe. Up: a keep-alive if nothing was said for long. */
  async #look(): Promise<void> {
    const restMs = this.#lastAnswerAtMs + this.times.idleMs - this.time.nowMs();
    if (this.#state === 'up' && restMs > 0) return this.#wake(restMs);
    await this.#probe();
  }

  async #probe(): Promise<void> {
    const transactionID = this.link.nextTransactionID();
    const sent = await this.#send({
      mode: 'Request',
      transactionID,
      primitive: { kind: 'KeepAliveRequest' },
    });
    if (this.#isStopped) return;
    if ('answer' in sent) return this.#wake(this.times.idleMs);
    if (this.#circuit.open()) return this.#away(sent.failure.detail);
    this.#wake(this.#circuit.nextPauseMs(this.time.nowMs()));
  }
}
