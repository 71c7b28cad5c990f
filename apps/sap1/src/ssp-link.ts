import { randomBytes } from 'node:crypto';
import type { Agent } from 'undici';
import {
  type RequestPrimitive,
  type RequestTransaction,
  type ResponsePrimitive,
  type ResponseTransaction,
  type SetupMessage,
  type SetupPrimitive,
  SSP_NAMESPACES,
  type SspMessage,
} from '@sap2/ssp-wire';
import type { CallbackAnswers } from './callback-answers.js';
import { fromXml, toXml } from './codec.js';
import { type HttpAnswer, postSsp } from './http-post.js';
import { openSspSession, type SspSession } from './open-ssp-session.js';
import type { SapIdentity } from './set-up-messages.js';
import { SspError } from './ssp-error.js';
import { connectionsWith, type SapTls } from './tls.js';
import type { Trace } from './trace.js';

export interface SspLinkOptions extends SapIdentity {
  /** Where SAP 2 listens, such as `http://127.0.0.1:7070/ssp`. */
  readonly sspUrl: string;
  /** The expected SAP 2; undefined: any server that proves the secret. */
  readonly peerServiceID?: string | undefined;
  /** For one HTTP exchange, answer included; default 30 s. */
  readonly deadlineMs?: number | undefined;
  readonly trace?: Trace | undefined;
  /** For https: whom we trust, and who we are. */
  readonly tls?: SapTls | undefined;
  /** Most connections at the same time; undefined: no limit. */
  readonly connections?: number | undefined;
  /** Where the answers of SAP 2 arrive, if its agreement says `callback`; undefined: they are the HTTP answers. */
  readonly callback?: CallbackAnswers | undefined;
}

const DEFAULT_DEADLINE_MS = 30_000;

/**
 * Our connection to SAP 2, with one SSP session at a time. It sets a session up at first use, and again when SAP 2
 * does not know it any more. User sessions never end with an SSP session (ssp-binding §3).
 */
export class SspLink {
  // Part of every transactionID, so that a restarted SAP 1 does not repeat those of its earlier life (ssp-binding §6).
  readonly #life = randomBytes(4).toString('hex');
  #transactions = 0;
  #session: SspSession | undefined;
  #settingUp: Promise<SspSession> | undefined;
  readonly #connections: Agent | undefined;

  /** @param onSession is called with each new session: SAP 2 may push over it, with its announced id */
  constructor(
    readonly options: SspLinkOptions,
    private readonly onSession: (session: SspSession) => void,
  ) {
    const { tls, connections } = options;
    const isOwn = tls !== undefined || connections !== undefined;
    this.#connections = isOwn ? connectionsWith(tls ?? {}, connections) : undefined;
  }

  get session(): SspSession | undefined {
    return this.#session;
  }

  /** For people: the service id where it is known already, the host until then. */
  get peerName(): string {
    const { peerServiceID, sspUrl } = this.options;
    return peerServiceID ?? this.#session?.peerServiceID ?? new URL(sspUrl).host;
  }

  nextTransactionID(): string {
    this.#transactions += 1;
    return `${this.#life}-${this.#transactions}`;
  }

  /** A new SSP session; those who ask meanwhile share it. @throws SspError */
  connect(): Promise<SspSession> {
    this.#settingUp ??= this.#setUp().finally(() => {
      this.#settingUp = undefined;
    });
    return this.#settingUp;
  }

  async close(): Promise<void> {
    await this.#connections?.close();
  }

  forget(): void {
    this.#session = undefined;
  }

  /** One request, one answer. @throws SspError */
  async ask(primitive: RequestPrimitive): Promise<ResponsePrimitive> {
    const [answer] = await this.send([
      { mode: 'Request', transactionID: this.nextTransactionID(), primitive },
    ]);
    if (answer === undefined) throw new SspError('not-the-binding', 'SAP 2 sent an empty answer');
    return answer.primitive;
  }

  /**
   * Sends requests in one message and returns their answers in the same order. If SAP 2 does not know our SSP
   * session (HTTP 403), it sets up a new one. It then sends the same transactions again. Their transactionIDs
   * prevent a double effect.
   *
   * @throws SspError
   */
  async send(transactions: readonly RequestTransaction[]): Promise<readonly ResponseTransaction[]> {
    const session = this.#session ?? (await this.#connectFirst());
    const answers = await this.#deliver(session, transactions);
    if (answers !== 'unknown-session') return answers;
    // Another request may have noticed first and be over the new session already.
    if (this.#session === session) this.#session = undefined;
    const again = await this.#deliver(this.#session ?? (await this.#connectFirst()), transactions);
    if (again === 'unknown-session') throw new SspError('http', 'SAP 2 forgets each new SSP session', 403);
    return again;
  }

  /** In callback mode: our answers to requests of SAP 2, as a message of its own. @throws SspError */
  async reply(message: SspMessage): Promise<void> {
    receiptOf(await this.exchange(toXml(message)));
  }

  /** Any text as the body of a POST; whatever HTTP says. @throws SspError `unreachable` */
  async exchange(xml: string): Promise<HttpAnswer> {
    const { sspUrl, ownServiceID, deadlineMs = DEFAULT_DEADLINE_MS, trace } = this.options;
    const peer = this.peerName;
    trace?.({ from: ownServiceID, to: peer, xml, httpStatus: undefined });
    const answer = await postSsp(sspUrl, xml, deadlineMs, this.#connections);
    trace?.({ from: peer, to: ownServiceID, xml: answer.body, httpStatus: answer.httpStatus });
    return answer;
  }

  /** What a set-up prevented from leaving, SAP 2 has not read. @throws SspError */
  async #connectFirst(): Promise<SspSession> {
    try {
      return await this.connect();
    } catch (error) {
      if (!(error instanceof SspError)) throw error;
      const { reason, message, code, details } = error;
      throw new SspError(reason, message, code, { ...details, isUnsent: true });
    }
  }

  /** @throws SspError */
  async #deliver(
    { ownID: sessionID }: SspSession,
    transactions: readonly RequestTransaction[],
  ): Promise<'unknown-session' | readonly ResponseTransaction[]> {
    const { callback, deadlineMs = DEFAULT_DEADLINE_MS } = this.options;
    const untilMs = Date.now() + deadlineMs;
    const expected = callback?.expect(transactions);
    try {
      const message = { kind: 'session', namespace: SSP_NAMESPACES[0], sessionID, transactions } as const;
      const answer = await this.exchange(toXml(message));
      if (answer.httpStatus === 403) return 'unknown-session';
      if (expected === undefined) return readAnswers(answer, transactions);
      receiptOf(answer);
      return await expected.within(untilMs - Date.now());
    } finally {
      expected?.stop();
    }
  }

  async #setUp(): Promise<SspSession> {
    const { callback, deadlineMs = DEFAULT_DEADLINE_MS } = this.options;
    // In callback mode only who saw message 1 knows the transactionID of messages 4 and 6.
    const transactionID = callback === undefined ? this.nextTransactionID() : randomBytes(16).toString('hex');
    callback?.beginSetUp(transactionID);
    try {
      const session = await openSspSession(
        this.options,
        this.options.peerServiceID,
        transactionID,
        (message) => this.#askSetup(message),
        callback && (() => callback.otherHello(deadlineMs)),
      );
      this.#session = session;
      this.onSession(session);
      return session;
    } finally {
      callback?.endSetUp();
    }
  }

  async #askSetup(message: SetupMessage): Promise<SetupPrimitive> {
    const { callback, deadlineMs = DEFAULT_DEADLINE_MS } = this.options;
    const untilMs = Date.now() + deadlineMs;
    const http = await this.exchange(toXml(message));
    // To a peer that it does not know, SAP 2 cannot call back.
    if (callback !== undefined && receiptOf(http) === '') {
      return callback.setUpAnswer(message.primitive.kind, untilMs - Date.now());
    }
    const answer = fromXml(bodyOf(http));
    if (
      answer.kind !== 'setup' ||
      answer.mode !== 'Response' ||
      answer.transactionID !== message.transactionID
    ) {
      throw new SspError('not-the-binding', 'SAP 2 answered a set-up that is not ours');
    }
    return answer.primitive;
  }
}

/** @throws SspError `http` for anything but 200 */
function bodyOf(answer: HttpAnswer): string {
  if (answer.httpStatus === 200) return answer.body;
  throw httpError(answer);
}

/** Any 2xx. @returns the body, which is usually empty @throws SspError `http` */
function receiptOf(answer: HttpAnswer): string {
  if (answer.httpStatus >= 200 && answer.httpStatus < 300) return answer.body.trim();
  throw httpError(answer);
}

function httpError({ httpStatus, body, contentType, retryAfterS }: HttpAnswer): SspError {
  const said = contentType?.startsWith('text/plain') === true ? `: ${body.trim()}` : '';
  return new SspError('http', `SAP 2 answers HTTP ${httpStatus}${said}`, httpStatus, { retryAfterS });
}

function readAnswers(
  answer: HttpAnswer,
  asked: readonly RequestTransaction[],
): readonly ResponseTransaction[] {
  const message = fromXml(bodyOf(answer));
  if (message.kind !== 'session' || message.transactions.length !== asked.length) {
    throw new SspError('not-the-binding', 'SAP 2 did not send one answer for each request');
  }
  return message.transactions.map((transaction, index) => {
    if (transaction.mode !== 'Response' || transaction.transactionID !== asked[index]?.transactionID) {
      throw new SspError('not-the-binding', 'The answers are not in the order of the requests');
    }
    if ('fault' in transaction) {
      throw new SspError('not-the-binding', `An answer cannot be decoded: ${transaction.fault.detail}`);
    }
    return transaction;
  });
}
