import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { type HttpAnswer, RawHttp, type RawPeer, type RawTls } from './raw-http.js';
import { until } from '../service/until.js';
import { RawSetUp } from './raw-set-up.js';
import { readXml, type XmlElement } from './xml-tree.js';

export const NAMESPACE = 'http://www.openmobilealliance.org/DTD/WV-SSP1.3';

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A request: its transactionID and its primitive as XML. */
export type RawRequest = readonly [transactionID: string, primitive: string];

/** One transaction of an answer. */
export class Answer {
  constructor(
    readonly transaction: XmlElement,
    /** As it was sent, to be compared byte by byte. */
    readonly bytes: string,
  ) {}

  get transactionID(): string | undefined {
    return this.transaction.attribute('transactionID');
  }

  get primitive(): XmlElement {
    return this.transaction.onlyChild;
  }

  get kind(): string {
    return this.primitive.name;
  }

  get status(): XmlElement {
    const status = this.kind === 'Status' ? this.primitive : this.primitive.child('Status');
    if (status === undefined) throw new Error(`no Status in ${this.kind}`);
    return status;
  }

  get code(): number {
    return Number(this.status.attribute('code'));
  }

  get tryAgainS(): number | undefined {
    const text = this.status.child('TryAgainTimeout')?.text;
    return text === undefined ? undefined : Number(text);
  }

  attribute(name: string): string | undefined {
    return this.primitive.attribute(name);
  }

  /** Text of a child of the primitive. */
  text(child: string): string | undefined {
    return this.primitive.child(child)?.text;
  }

  get userSessionID(): string {
    const id = this.attribute('userSessionID');
    if (id === undefined) throw new Error(`no userSessionID in ${this.bytes}`);
    return id;
  }

  /** What failed, by code: the ids in each `DetailedResult`. */
  get failures(): Readonly<Record<string, readonly (string | undefined)[]>> {
    return Object.fromEntries(
      this.status
        .all('DetailedResult')
        .map((result) => [
          result.attribute('code') ?? '',
          result.all('UserSession').map((session) => session.attribute('userSessionID')),
        ]),
    );
  }
}

/** What became of requests that ran side by side. */
export const sortedCodes = (answers: readonly Answer[]): readonly number[] =>
  answers.map(({ code }) => code).toSorted((one, other) => one - other);

/**
 * A SAP 1 written only from docs/protocol.md, as text out and text in. It shares no line with the service or the
 * reference SAP 1. So a mistake on both sides of our own codec cannot hide.
 */
export class RawSap1 {
  private readonly http: RawHttp;
  private transactions = 0;
  /** The id that this side announced, and so what its messages carry. */
  sessionID = 'none';
  /** The id that SAP 2 announced for its own messages. */
  theirSessionID = '';

  constructor(
    readonly url: string,
    readonly peer: RawPeer,
    readonly traffic: string[] = [],
    readonly namespace = NAMESPACE,
    readonly tls?: RawTls,
  ) {
    this.http = new RawHttp(url, traffic, tls);
  }

  /** The same peer on another node of its cluster: connections and SSP sessions of its own. */
  otherNode(namespace = this.namespace): RawSap1 {
    return new RawSap1(this.url, this.peer, this.traffic, namespace, this.tls);
  }

  get connections(): ReadonlySet<Socket> {
    return this.http.connections;
  }

  get domain(): string {
    return this.peer.serviceID.slice('wv:@'.length);
  }

  nextTransactionID(): string {
    return `${this.domain}-${++this.transactions}-${randomBytes(3).toString('hex')}`;
  }

  readonly post = (
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> => this.http.post(body, headers);

  readonly request: RawHttp['request'] = (request, path) => this.http.request(request, path);

  setUp(transactionID = this.nextTransactionID()): RawSetUp {
    return new RawSetUp(this.post, this.peer, this.namespace, transactionID);
  }

  newSessionID(): string {
    return `${randomBytes(16).toString('hex')}@${this.domain}`;
  }

  /**
   * Messages 1 to 6 (§3). A service on a busy machine may close its gate for a moment, so a 503 is asked again.
   * @throws Error if SAP 2 refuses, or does not prove that it knows the secret
   */
  async connect(timeToLiveS?: number, sessionID = this.newSessionID()): Promise<this> {
    const patient = (body: string): Promise<HttpAnswer> =>
      until('an open gate', async () => {
        const answer = await this.post(body);
        return answer.status !== 503 && answer;
      });
    const setUp = new RawSetUp(patient, this.peer, this.namespace, this.nextTransactionID());
    await setUp.hello();
    const fourth = await setUp.prove();
    if (!setUp.isProofOfTheirs(fourth)) throw new Error(`SAP 2 does not know the secret: ${fourth.body}`);
    const sixth = await setUp.announce(sessionID, timeToLiveS);
    if (sixth.code !== 200) throw new Error(`no SSP session: ${sixth.body}`);
    if (!setUp.isSessionProofOfTheirs(sixth)) throw new Error(`no session proof of SAP 2: ${sixth.body}`);
    this.sessionID = sessionID;
    this.theirSessionID = sixth.primitive.attribute('sessionID') ?? '';
    return this;
  }

  /** A message of requests, each with its transactionID. */
  message(requests: readonly RawRequest[]): string {
    return this.sessionMessage(
      requests
        .map(
          ([id, primitive]) => `<Transaction mode="Request" transactionID="${id}">${primitive}</Transaction>`,
        )
        .join(''),
    );
  }

  sessionMessage(transactions: string): string {
    return `<?xml version="1.0" encoding="UTF-8"?><WV-SSP-Message xmlns="${this.namespace}"><Session sessionID="${this.sessionID}">${transactions}</Session></WV-SSP-Message>`;
  }

  /** Sends one request and returns its answer. */
  async ask(primitive: string, id = this.nextTransactionID()): Promise<Answer> {
    const [answer] = await this.askAll([[id, primitive]]);
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  /** Sends requests in one message; the answers, checked to be one for each, in their order. */
  async askAll(requests: readonly RawRequest[]): Promise<readonly Answer[]> {
    const answers = this.read(await this.post(this.message(requests)));
    const ids = answers.map(({ transactionID }) => transactionID);
    if (ids.join() !== requests.map(([id]) => id).join())
      throw new Error(`other transactions were answered: ${ids.join()}`);
    return answers;
  }

  /** The answers in an HTTP answer. @throws Error if it is not one of SAP 2 in this SSP session */
  read({ status, headers, body }: HttpAnswer, theirSessionID = this.theirSessionID): readonly Answer[] {
    if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
    if (!(headers['content-type'] ?? '').startsWith('application/vnd.wv.ssp+xml'))
      throw new Error(`answered as ${String(headers['content-type'])}`);
    const message = readXml(body);
    const session = message.onlyChild;
    if (message.name !== 'WV-SSP-Message' || message.namespace !== this.namespace)
      throw new Error(`answered in ${message.name} of ${String(message.namespace)}`);
    if (session.attribute('sessionID') !== theirSessionID) throw new Error('not the id of SAP 2');
    const bytes = body.match(/<Transaction .*?<\/Transaction>/gsu) ?? [];
    if (session.children.some((child) => child.attribute('mode') !== 'Response'))
      throw new Error('not a response');
    return session.children.map((transaction, index) => new Answer(transaction, bytes[index] ?? ''));
  }

  /** For operations that name no user. */
  get metaInfo(): string {
    return `<MetaInfo clientOriginated="No"><Requestor serviceID="${this.peer.serviceID}"/></MetaInfo>`;
  }

  close(): void {
    this.http.close();
  }
}
