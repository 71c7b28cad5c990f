import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  canonicalContent,
  type DecodedMessage,
  type RequestPrimitive,
  type ResponsePrimitive,
  type SetupMessage,
  type SetupPrimitive,
  SSP_NAMESPACES,
} from '@sap2/ssp-wire';
import {
  fromXml,
  openSspSession,
  postSsp,
  PushListener,
  type PushReactions,
  type SapIdentity,
  SetupResponder,
  SspError,
  type SspSession,
  toXml,
} from '../../../sap1/src/index.js';
import type { Outcome } from '../history/history.js';
import type { Recorder } from '../history/recorder.js';
import { operationOf, outcomeOf } from './outcomes.js';

const PROVIDER = 'wv:@provider.example';
const HTTP_DEADLINE_MS = 15_000;
/** How long one transaction is asked again before its end user gives up. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 150;

export interface SimulatedSap1Options {
  readonly serviceID: string;
  readonly secret: string;
  /** SSP URLs of all processes, up or not: this SAP 1 is its own load balancer. */
  readonly urls: readonly string[];
  readonly recorder: Recorder;
}

/** How one transaction is asked. */
export interface Asking {
  readonly transactionID?: string | undefined;
  /** Only this process, and only once. */
  readonly process?: number | undefined;
}

/**
 * An access point that never gives up early. If a transaction gets no answer or 503, it repeats it at another
 * process, under the same transactionID (ssp-binding §6). It records every attempt and every push.
 */
export class SimulatedSap1 {
  readonly pushes: PushListener;
  /** Sessions that it considers live; its listener answers 604 for others. */
  readonly held = new Set<string>();
  /** Transactions that were given up. */
  givenUp = 0;
  private readonly life = randomBytes(4).toString('hex');
  private transactions = 0;
  private turn = 0;
  private session: SspSession | undefined;
  private settingUp: Promise<SspSession> | undefined;
  private readonly ownIDs = new Map<string, string>();
  private reactions: PushReactions = () => ({ kind: 'answer' });
  private secret: string;

  constructor(private readonly options: SimulatedSap1Options) {
    this.secret = options.secret;
    this.pushes = new PushListener({
      setups: new SetupResponder(this.identity, PROVIDER, (session) => this.keep(session)),
      ownIDFor: (peerID) => this.ownIDs.get(peerID),
      onDisconnect: ({ userSessionID }) => this.held.delete(userSessionID),
      trace: () => undefined,
    });
    this.pushes.react = (attempt, message) => {
      this.note(message);
      return this.reactions(attempt, message);
    };
  }

  get serviceID(): string {
    return this.options.serviceID;
  }

  /** How its listener behaves from now on. */
  react(reactions: PushReactions): void {
    this.reactions = reactions;
  }

  /** Closes its listener, so calls find no server. */
  leave(): Promise<void> {
    return this.pushes.close();
  }

  /** To where it was. */
  async comeBack(): Promise<void> {
    const { hostname, port } = new URL(this.pushes.url);
    await this.pushes.listen(hostname, Number(port));
  }

  /** From the next set-up on, which is now. */
  useSecret(secret: string): void {
    this.secret = secret;
    this.session = undefined;
  }

  /** Another SSP session, beside the ones it has. `before` is called before each of its messages. @throws SspError */
  async setUpAnew(process: number, before: (transactionID: string) => Promise<void>): Promise<void> {
    const transactionID = this.nextTransactionID();
    this.keep(
      await openSspSession(this.identity, PROVIDER, transactionID, async (message) => {
        await before(transactionID);
        return this.askSetup(process, message);
      }),
    );
  }

  nextTransactionID(): string {
    this.transactions += 1;
    return `${this.life}-${this.transactions}`;
  }

  /** The answer; undefined: given up, or asked of one process that gave none. */
  async ask(request: RequestPrimitive, asking: Asking = {}): Promise<ResponsePrimitive | undefined> {
    const transactionID = asking.transactionID ?? this.nextTransactionID();
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const process = asking.process ?? this.nextProcess();
      const { answer, outcome } = await this.attempt(request, transactionID, process);
      if (asking.process !== undefined || (answer !== undefined && !isNotNow(outcome))) return answer;
      await pause(PAUSE_MS);
    }
    this.givenUp += 1;
    return undefined;
  }

  private async attempt(
    request: RequestPrimitive,
    transactionID: string,
    process: number,
  ): Promise<{ readonly answer: ResponsePrimitive | undefined; readonly outcome: Outcome }> {
    const operation = operationOf(request);
    const askedAtMs = Date.now();
    const result = await this.exchange(request, transactionID, process);
    const answer = 'kind' in result ? undefined : result.answer;
    const outcome: Outcome =
      'kind' in result
        ? result
        : operation === undefined
          ? { kind: 'lost', detail: 'not written down' }
          : outcomeOf(operation, result.answer);
    if (operation !== undefined) {
      this.options.recorder.attempts.push({
        peer: this.serviceID,
        transactionID,
        content: createHash('sha256').update(canonicalContent(request)).digest('base64'),
        process,
        operation,
        askedAtMs,
        heardAtMs: Date.now(),
        outcome,
      });
    }
    const isAnswer503 = answer?.status.code === 503;
    return {
      answer,
      outcome: isAnswer503 ? { kind: 'refused', httpStatus: 503, retryAfterS: undefined } : outcome,
    };
  }

  private async exchange(
    primitive: RequestPrimitive,
    transactionID: string,
    process: number,
  ): Promise<Outcome | { readonly answer: ResponsePrimitive }> {
    try {
      const session = this.session ?? (await this.connect(process));
      const xml = toXml({
        kind: 'session',
        namespace: SSP_NAMESPACES[0],
        sessionID: session.ownID,
        transactions: [{ mode: 'Request', transactionID, primitive }],
      });
      const { httpStatus, body, retryAfterS } = await postSsp(this.urlOf(process), xml, HTTP_DEADLINE_MS);
      if (httpStatus === 403 && this.session === session) this.session = undefined;
      if (httpStatus !== 200) return { kind: 'refused', httpStatus, retryAfterS };
      return { answer: answerTo(transactionID, fromXml(body)) };
    } catch (error) {
      if (error instanceof SspError) return { kind: 'lost', detail: error.message };
      throw error;
    }
  }

  private connect(process: number): Promise<SspSession> {
    this.settingUp ??= openSspSession(this.identity, PROVIDER, this.nextTransactionID(), (message) =>
      this.askSetup(process, message),
    )
      .then((session) => this.keep(session))
      .finally(() => {
        this.settingUp = undefined;
      });
    return this.settingUp;
  }

  private async askSetup(process: number, message: SetupMessage): Promise<SetupPrimitive> {
    const { httpStatus, body } = await postSsp(this.urlOf(process), toXml(message), HTTP_DEADLINE_MS);
    if (httpStatus !== 200) throw new SspError('http', `Set-up: HTTP ${httpStatus}`, httpStatus);
    return setupOf(fromXml(body));
  }

  private keep(session: SspSession): SspSession {
    this.ownIDs.set(session.peerID, session.ownID);
    this.session ??= session;
    return session;
  }

  private get identity(): SapIdentity {
    const { serviceID, secret } = this.options;
    return { ownServiceID: serviceID, sharedSecret: this.secret, peerSecret: secret };
  }

  private urlOf(process: number): string {
    return this.options.urls[process] ?? '';
  }

  private nextProcess(): number {
    this.turn = (this.turn + 1) % this.options.urls.length;
    return this.turn;
  }

  private note(message: DecodedMessage): void {
    if (message.kind === 'setup') return;
    for (const transaction of message.transactions) {
      if ('fault' in transaction || transaction.primitive.kind !== 'UserDisconnectRequest') continue;
      const { userSessionID, status } = transaction.primitive;
      this.options.recorder.pushes.push({
        peer: this.serviceID,
        transactionID: transaction.transactionID,
        id: userSessionID,
        code: status.code,
        atMs: Date.now(),
      });
    }
  }
}

const isNotNow = (outcome: Outcome): boolean => outcome.kind === 'refused';

function setupOf(message: DecodedMessage): SetupPrimitive {
  if (message.kind !== 'setup') throw new SspError('not-the-binding', 'No message of a set-up');
  return message.primitive;
}

function answerTo(transactionID: string, message: DecodedMessage): ResponsePrimitive {
  const [transaction] = message.kind === 'session' ? message.transactions : [];
  if (transaction === undefined || 'fault' in transaction || transaction.mode !== 'Response') {
    throw new SspError('not-the-binding', 'No answer in the answer');
  }
  if (transaction.transactionID !== transactionID) {
    throw new SspError('not-the-binding', 'The answer to something else');
  }
  return transaction.primitive;
}
