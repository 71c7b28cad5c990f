import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { randomBytes } from 'node:crypto';
import {
  fieldAnnouncement,
  fieldDigest,
  fieldLogin,
  fieldSession,
  fieldSetUp,
  fieldStatus,
  fieldToken,
} from './field-messages.js';
import { type HttpAnswer, RawHttp, readAll } from './raw-http.js';
import { until } from '../service/until.js';
import { readXml, type XmlElement } from './xml-tree.js';

/** One set-up as this peer sees it; `next` is the primitive that it is ready for. */
interface SetUp {
  readonly transactionID: string;
  readonly isOurs: boolean;
  readonly ourToken: string;
  /** What this side calls itself in the session, if it comes to one. */
  readonly ourID: string;
  theirToken: string;
  next: 'SendSecretToken' | 'LoginRequest' | 'LoginResponse' | 'nothing';
}

/** A message that it likes, taken in when its receipt has left; and the messages that follow. */
interface Taken {
  /** Undefined: nothing to remember. */
  readonly commit: (() => void) | undefined;
  readonly replies: readonly string[];
}

/** What it has agreed with SAP 2, by name. */
const SAP2_DOMAIN = 'provider.example';

/**
 * A SAP with the habits of existing peers:
 *
 * - An empty 200 is its only HTTP answer, and every SSP answer is a separate POST.
 * - It commits its message a little after the acknowledgement.
 * - It chooses the transactionID of message 2.
 * - It misspells an attribute and pads all text.
 * - It answers unwanted messages by closing the connection.
 * - It tries https first, for every call.
 * - It numbers its sessions 1, 2, 3, knows no time to live and keeps a session forever. No refusal makes it set up
 *   a new one.
 * - It answers 405 to unknown requests.
 */
export class FieldPeer {
  /** The primitives that it closed the connection on. */
  readonly disliked: string[] = [];
  /** Every message of its own, and what it was acknowledged with. */
  readonly sent: { readonly body: string; readonly receipt: HttpAnswer }[] = [];
  /** Requests that it does not know: it answered them 405. */
  readonly unknown: string[] = [];
  /** How often it tried https on a plain port, and went on without. */
  httpsTries = 0;
  /** What it answers to a disconnect. */
  codeOfDisconnects = 200;
  /** `userSessionID` of each disconnect. */
  readonly disconnects: string[] = [];
  /** What went wrong on this side: the test is, not SAP 2. */
  readonly faults: string[] = [];
  /** Late: it knows what it did only after it has closed the connection on the next message. */
  commits: 'promptly' | 'late' = 'promptly';
  /** So many messages are not liked, whatever they are. */
  moody = 0;
  digest: (token: string) => string = fieldDigest;
  /** Gets every message of both sides. */
  show: (direction: string, body: string) => void = showIfAsked;
  private numbers = 6;
  private sessionsMade = 0;
  private setUp: SetUp | undefined;
  /** What SAP 2 calls itself, to what this side does. */
  private readonly sessions = new Map<string, string>();
  private readonly answers = new Map<string, XmlElement>();
  private lines: readonly RawHttp[] = [];
  private turns = 0;
  private readonly server = createServer((request, response) => {
    this.serve(request, response).catch((error: unknown) => this.faults.push(String(error)));
  });

  constructor(readonly serviceID = 'wv:@field.example') {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  get sessionIDs(): readonly string[] {
    return [...this.sessions.values()];
  }

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  /** Processes of SAP 2, which it takes in turn. */
  talkTo(...urls: readonly string[]): void {
    this.lines = urls.map((url) => new RawHttp(new URL('/', url).href, []));
  }

  close(): void {
    for (const line of this.lines) line.close();
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Message 1; the others follow by themselves. */
  async open(): Promise<void> {
    const setUp = this.newSetUp(String(++this.numbers), {
      isOurs: true,
      theirToken: '',
      next: 'SendSecretToken',
    });
    const { transactionID, ourToken } = setUp;
    this.setUp = setUp;
    await this.post(fieldSetUp('Request', transactionID, fieldToken(this.serviceID, ourToken)));
  }

  /** A request over a session, the one that came up last if nothing else is said, and its answer. */
  async ask(primitive: string, sessionID = this.sessionIDs.at(-1) ?? 'none'): Promise<XmlElement> {
    const transactionID = `${String(++this.numbers).padStart(10, '0')}-0`;
    await this.post(fieldSession(sessionID, 'Request', transactionID, primitive));
    return until(`the answer to ${transactionID}`, () => this.answers.get(transactionID));
  }

  /** As after a restart: what was agreed before is not liked any more. */
  forget(): void {
    this.sessions.clear();
    this.setUp = undefined;
  }

  /** After its logout from the session that came up last. */
  forgetLast(): void {
    const last = [...this.sessions.keys()].at(-1);
    if (last !== undefined) this.sessions.delete(last);
  }

  async post(body: string): Promise<HttpAnswer> {
    this.show('field → SAP 2', body);
    const line = this.lines[this.turns++ % this.lines.length];
    if (line === undefined) throw new Error('the field peer knows no SAP 2');
    if (this.httpsTries < this.lines.length) await this.tryHttps(line.url);
    const receipt = await line.post(body);
    this.sent.push({ body, receipt });
    return receipt;
  }

  private async tryHttps(url: string): Promise<void> {
    this.httpsTries++;
    const { hostname, port } = new URL(url);
    const line = connect({ host: hostname, port: Number(port) });
    line.once('secureConnect', () => this.faults.push('a plain port spoke TLS'));
    await new Promise((resolve) => line.once('error', resolve));
    line.destroy();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    this.show('SAP 2 → field', body);
    const transaction = readXml(body).onlyChild;
    const isInTheMood = this.moody === 0;
    if (!isInTheMood) this.moody--;
    const taken = isInTheMood ? this.take(transaction) : undefined;
    if (taken === undefined) {
      const inner = transaction.name === 'Session' ? transaction.onlyChild : transaction;
      this.disliked.push(inner.onlyChild.name);
      request.socket.destroy();
      return;
    }
    const gone = once(response, 'close');
    response.end();
    await gone;
    const { length } = this.disliked;
    if (this.commits === 'promptly') taken.commit?.();
    for (const reply of taken.replies) await this.post(reply);
    if (this.commits === 'promptly' || taken.commit === undefined) return;
    await until('a message that comes too early', () => this.disliked.length > length);
    taken.commit();
  }

  private take(transaction: XmlElement): Taken | undefined {
    return transaction.name === 'Session' ? this.takeInSession(transaction) : this.takeSetUp(transaction);
  }

  private takeSetUp(transaction: XmlElement): Taken | undefined {
    const primitive = transaction.onlyChild;
    const isRequest = transaction.attribute('mode') === 'Request';
    const transactionID = transaction.attribute('transactionID') ?? '';
    if (primitive.name === 'SendSecretToken' && isRequest) return this.begin(transactionID, primitive);
    const { setUp } = this;
    const isExpected =
      setUp?.next === primitive.name &&
      setUp.isOurs !== isRequest &&
      // Only in message 2 the number is the other side's own.
      (transactionID === setUp.transactionID || primitive.name === 'SendSecretToken');
    return isExpected ? this.goOn(setUp, primitive) : undefined;
  }

  /** 1 → 2, under a number of its own. */
  private begin(transactionID: string, request: XmlElement): Taken {
    const theirToken = tokenIn(request);
    const setUp = this.newSetUp(transactionID, { isOurs: false, theirToken, next: 'LoginRequest' });
    const commit = (): void => void (this.setUp = setUp);
    const token = fieldToken(this.serviceID, setUp.ourToken);
    return { commit, replies: [fieldSetUp('Response', String(++this.numbers), token)] };
  }

  private newSetUp(transactionID: string, begun: Pick<SetUp, 'isOurs' | 'theirToken' | 'next'>): SetUp {
    const ourID = `${++this.sessionsMade}@${this.serviceID.slice('wv:@'.length)}`;
    return { transactionID, ourToken: randomBytes(16).toString('hex'), ourID, ...begun };
  }

  /** 2 → 3, 4 → 5, 6; 3 → 4, 5 → 6 */
  private goOn(setUp: SetUp, primitive: XmlElement): Taken | undefined {
    switch (setUp.next) {
      case 'SendSecretToken':
        setUp.theirToken = tokenIn(primitive);
        return this.prove(setUp, 'LoginRequest');
      case 'LoginRequest': {
        const isRight = primitive.child('PasswordDigest')?.text === fieldDigest(setUp.ourToken);
        if (!isRight) return undefined;
        return setUp.isOurs ? this.announce(setUp, primitive) : this.prove(setUp, 'LoginResponse');
      }
      case 'LoginResponse':
        return this.announce(setUp, primitive);
      case 'nothing':
        return undefined;
    }
  }

  private prove(setUp: SetUp, next: SetUp['next']): Taken {
    const proof = fieldLogin(this.serviceID, this.digest(setUp.theirToken));
    return {
      commit: () => void (setUp.next = next),
      replies: [fieldSetUp(setUp.isOurs ? 'Request' : 'Response', setUp.transactionID, proof)],
    };
  }

  /** Its own message 5; SAP 2's message 5, answered by 6; or SAP 2's message 6 as the end. */
  private announce(setUp: SetUp, primitive: XmlElement): Taken | undefined {
    const theirs = primitive.attribute('sessionID') ?? '';
    if (setUp.next === 'LoginResponse' && !theirs.endsWith(`@${SAP2_DOMAIN}`)) return undefined;
    if (setUp.next === 'LoginResponse' && setUp.isOurs) {
      const commit = (): void => {
        setUp.next = 'nothing';
        this.sessions.set(theirs, setUp.ourID);
      };
      return { commit, replies: [] };
    }
    const commit = (): void => {
      setUp.next = setUp.isOurs ? 'LoginResponse' : 'nothing';
      if (!setUp.isOurs) this.sessions.set(theirs, setUp.ourID);
    };
    const mode = setUp.isOurs ? 'Request' : 'Response';
    return { commit, replies: [fieldSetUp(mode, setUp.transactionID, fieldAnnouncement(setUp.ourID))] };
  }

  private takeInSession(session: XmlElement): Taken | undefined {
    const ours = this.sessions.get(session.attribute('sessionID') ?? '');
    if (ours === undefined) return undefined;
    const replies = session.children.flatMap((transaction) => {
      const id = transaction.attribute('transactionID') ?? '';
      const primitive = transaction.onlyChild;
      if (transaction.attribute('mode') === 'Response') {
        this.answers.set(id, primitive);
        return [];
      }
      const isDisconnect = primitive.name === 'UserDisconnectRequest';
      if (isDisconnect) this.disconnects.push(primitive.attribute('userSessionID') ?? '');
      else this.unknown.push(primitive.name);
      return [fieldStatus(ours, id, isDisconnect ? this.codeOfDisconnects : 405)];
    });
    return { commit: undefined, replies };
  }
}

const tokenIn = (primitive: XmlElement): string => primitive.child('SecretToken')?.text ?? '';

function showIfAsked(direction: string, body: string): void {
  if (process.env['TEST_SHOW_MESSAGES'] === '1') process.stderr.write(`── ${direction}\n${body}\n`);
}
