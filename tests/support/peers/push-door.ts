import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { type RawPeer, readAll } from './raw-http.js';
import { hmac, newToken, proofElement, sessionProof, setUpMessage } from './raw-set-up.js';
import { NAMESPACE, type RawSap1 } from './raw-sap1.js';
import { readXml, type XmlElement } from './xml-tree.js';

/** One `UserDisconnectRequest`, each time that it came. */
export interface Push {
  readonly atMs: number;
  readonly transactionID: string;
  readonly userSessionID: string;
  readonly code: number;
  readonly request: XmlElement;
}

/** One message of them. */
export interface PushedMessage {
  readonly message: XmlElement;
  /** What SAP 2 calls itself in it. */
  readonly theirSessionID: string;
  readonly pushes: readonly Push[];
}

export interface DoorAnswer {
  /** `never`: the request is taken and not answered. */
  readonly httpStatus: number | 'never';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface SetUp {
  readonly theirServiceID: string;
  readonly theirToken: string;
  readonly ourToken: string;
  isProven: boolean;
}

/** Where SAP 2 pushes to: a peer's side of §3 and §5, written from docs/protocol.md alone. */
export class PushDoor {
  readonly messages: PushedMessage[] = [];
  /** Set-ups that SAP 2 finished here; the ids that this side announced in them. */
  readonly setUps: string[] = [];
  /** What SAP 2 did that the binding does not have. */
  readonly faults: string[] = [];
  /** By which SAP 2 may prove itself here, and by which this side does. */
  acceptedOfTheirs: readonly string[];
  secretOfOurs: string;
  /** Set-ups in which SAP 2 did not prove itself: 409. */
  refusedDigests = 0;
  /** Undefined: 200 for everything. */
  answer: (message: PushedMessage, ourSessionID: string) => DoorAnswer | undefined = () => undefined;
  /** Is called with each request before it is read. */
  heard: (request: IncomingMessage) => void = () => undefined;
  private readonly server: Server;
  private readonly begun = new Map<string, SetUp>();
  /** Ids of this side by those of SAP 2. */
  private readonly sessions = new Map<string, string>();

  private constructor(
    readonly peer: RawPeer,
    readonly traffic: string[],
    private readonly tls: ServerOptions | undefined,
  ) {
    this.acceptedOfTheirs = [peer.secret];
    this.secretOfOurs = peer.secret;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.serve(request, response).catch((error: unknown) => {
        this.faults.push(String(error));
        response.writeHead(500).end();
      });
    };
    this.server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  }

  /** @param tls undefined: the listener speaks http */
  static async open(peer: RawPeer, traffic: string[] = [], tls?: ServerOptions): Promise<PushDoor> {
    const door = new PushDoor(peer, traffic, tls);
    await new Promise<void>((resolve) => door.server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  get url(): string {
    return `${this.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}/push`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get pushes(): readonly Push[] {
    return this.messages.flatMap(({ pushes }) => pushes);
  }

  pushesOf(userSessionID: string): readonly Push[] {
    return this.pushes.filter((push) => push.userSessionID === userSessionID);
  }

  /** An SSP session that this peer set up itself. */
  know({ theirSessionID, sessionID }: RawSap1): void {
    this.sessions.set(theirSessionID, sessionID);
  }

  /** As after a restart: what was set up before is answered with HTTP 403. */
  forgetSessions(): void {
    this.sessions.clear();
  }

  /** What SAP 2 calls itself where this side has that name. */
  theirIDOf(ourSessionID: string): string {
    return [...this.sessions].find(([, ours]) => ours === ourSessionID)?.[0] ?? '';
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.heard(request);
    const body = await readAll(request);
    this.traffic.push(body);
    if (request.method !== 'POST' || request.url !== '/push')
      this.faults.push(`${String(request.method)} ${String(request.url)}`);
    if (!String(request.headers['content-type']).startsWith('application/vnd.wv.ssp+xml'))
      this.faults.push(`sent as ${String(request.headers['content-type'])}`);
    const message = readXml(body);
    if (message.name !== 'WV-SSP-Message') this.faults.push(`root ${message.name}`);
    const answer =
      message.onlyChild.name === 'SetupTransaction'
        ? this.answerSetUp(message)
        : this.answerMessage(message, message.onlyChild);
    if (answer.httpStatus === 'never') return;
    this.traffic.push(answer.body ?? '');
    response.writeHead(answer.httpStatus, {
      'Content-Type': 'application/vnd.wv.ssp+xml',
      ...answer.headers,
    });
    response.end(answer.body);
  }

  private answerMessage(message: XmlElement, session: XmlElement): DoorAnswer {
    const theirSessionID = session.attribute('sessionID') ?? '';
    const ours = this.sessions.get(theirSessionID);
    if (ours === undefined) return { httpStatus: 403 };
    const pushes = session.children.map((transaction) => this.read(transaction));
    const pushed = { message, theirSessionID, pushes };
    this.messages.push(pushed);
    return this.answer(pushed, ours) ?? acknowledge(ours, pushes, 200);
  }

  private read(transaction: XmlElement): Push {
    const request = transaction.onlyChild;
    if (transaction.attribute('mode') !== 'Request' || request.name !== 'UserDisconnectRequest')
      this.faults.push(`${String(transaction.attribute('mode'))} of ${request.name}`);
    return {
      atMs: Date.now(),
      transactionID: transaction.attribute('transactionID') ?? '',
      userSessionID: request.attribute('userSessionID') ?? '',
      code: Number(request.child('Status')?.attribute('code')),
      request,
    };
  }

  /** 1, 3 and 5 of SAP 2, to 2, 4 and 6 of ours. */
  private answerSetUp(message: XmlElement): DoorAnswer {
    const transaction = message.onlyChild;
    const id = transaction.attribute('transactionID') ?? '';
    const request = transaction.onlyChild;
    const primitive = this.setUpStep(id, request);
    return {
      httpStatus: 200,
      body: setUpMessage(message.namespace ?? NAMESPACE, id, primitive, 'Response'),
    };
  }

  private setUpStep(id: string, request: XmlElement): string {
    const begun = this.begun.get(id);
    if (request.name === 'SendSecretToken') return this.begin(id, request);
    if (begun !== undefined && request.name === 'LoginRequest') return this.verify(begun, request);
    if (begun?.isProven === true && request.name === 'LoginResponse') return this.finish(begun, request);
    this.faults.push(`${request.name} out of its turn`);
    return '<LoginResponse><Status code="403"/></LoginResponse>';
  }

  private begin(id: string, request: XmlElement): string {
    const theirServiceID = request.attribute('serviceID') ?? '';
    const theirToken = request.child('SecretToken')?.text ?? '';
    const ourToken = newToken();
    this.begun.set(id, { theirServiceID, theirToken, ourToken, isProven: false });
    return `<SendSecretToken serviceID="${this.peer.serviceID}" protocol="WV-SSP" protocolVersion="1.3"><SecretToken>${ourToken}</SecretToken></SendSecretToken>`;
  }

  private verify(begun: SetUp, request: XmlElement): string {
    const { serviceID } = this.peer;
    const { theirServiceID, theirToken, ourToken } = begun;
    const proof = request.child('PasswordDigest')?.text;
    begun.isProven = this.acceptedOfTheirs.some(
      (secret) => hmac(secret, ourToken, theirServiceID, serviceID) === proof,
    );
    if (!begun.isProven) {
      this.refusedDigests += 1;
      return '<LoginResponse><Status code="409"/></LoginResponse>';
    }
    const ours = hmac(this.secretOfOurs, theirToken, serviceID, theirServiceID);
    return `<LoginRequest serviceID="${serviceID}" timeToLive="86400"><PasswordDigest digestSchema="HMAC-SHA-256" encoding="base64">${ours}</PasswordDigest></LoginRequest>`;
  }

  private finish({ theirServiceID, theirToken, ourToken }: SetUp, request: XmlElement): string {
    const { serviceID } = this.peer;
    const theirs = request.attribute('sessionID') ?? '';
    const given = request.child('PasswordDigest')?.text;
    const isProven = this.acceptedOfTheirs.some(
      (secret) => sessionProof(secret, ourToken, theirToken, theirs, theirServiceID, serviceID) === given,
    );
    if (!isProven) {
      this.faults.push('message 5 without the right session proof');
      return '<LoginResponse><Status code="403"/></LoginResponse>';
    }
    const ours = `${randomBytes(16).toString('hex')}@${serviceID.slice('wv:@'.length)}`;
    this.sessions.set(theirs, ours);
    this.setUps.push(ours);
    const proof = sessionProof(this.secretOfOurs, theirToken, ourToken, ours, serviceID, theirServiceID);
    return `<LoginResponse sessionID="${ours}" timeToLive="86400"><Status code="200"/>${proofElement(proof)}</LoginResponse>`;
  }
}

/** A `Status` for each push. */
export function acknowledge(ourSessionID: string, pushes: readonly Push[], code: number): DoorAnswer {
  const transactions = pushes.map(
    ({ transactionID }) =>
      `<Transaction mode="Response" transactionID="${transactionID}"><Status code="${code}"/></Transaction>`,
  );
  return {
    httpStatus: 200,
    body: `<WV-SSP-Message xmlns="${NAMESPACE}"><Session sessionID="${ourSessionID}">${transactions.join('')}</Session></WV-SSP-Message>`,
  };
}
