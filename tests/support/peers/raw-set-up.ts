import { createHmac, randomBytes } from 'node:crypto';
import type { HttpAnswer, RawPeer } from './raw-http.js';
import { readXml, type XmlElement } from './xml-tree.js';

export const hmac = (secret: string, token: string, sender: string, receiver: string): string =>
  createHmac('sha256', secret).update(`${token}\n${sender}\n${receiver}`).digest('base64');

/** The session proof of §3. */
export const sessionProof = (
  secret: string,
  receiverToken: string,
  senderToken: string,
  sessionID: string,
  sender: string,
  receiver: string,
): string =>
  createHmac('sha256', secret)
    .update(`${receiverToken}\n${senderToken}\n${sessionID}\n${sender}\n${receiver}`)
    .digest('base64');

export const proofElement = (proof: string): string =>
  `<PasswordDigest digestSchema="HMAC-SHA-256" encoding="base64">${proof}</PasswordDigest>`;

export const newToken = (): string => randomBytes(16).toString('hex');

/** What came back for one message of a set-up. */
export interface SetUpAnswer {
  readonly body: string;
  readonly message: XmlElement;
  readonly transaction: XmlElement;
  readonly primitive: XmlElement;
  /** Of the `Status`; undefined without a status. */
  readonly code: number | undefined;
}

export function setUpMessage(
  namespace: string,
  transactionID: string,
  primitive: string,
  mode = 'Request',
): string {
  return `<?xml version="1.0" encoding="UTF-8"?><WV-SSP-Message xmlns="${namespace}"><SetupTransaction mode="${mode}" transactionID="${transactionID}">${primitive}</SetupTransaction></WV-SSP-Message>`;
}

export interface DigestOver {
  readonly token: string;
  readonly sender: string;
  readonly receiver: string;
}

/** Messages 1, 3 and 5 of the binding (§3), one by one, so that each can be got wrong. */
export class RawSetUp {
  readonly token = newToken();
  /** What message 2 said. */
  theirToken = '';
  theirServiceID = '';

  constructor(
    private readonly send: (body: string) => Promise<HttpAnswer>,
    readonly peer: RawPeer,
    readonly namespace: string,
    readonly transactionID: string,
  ) {}

  /** 1 */
  async hello(head = 'protocol="WV-SSP" protocolVersion="1.3"', encoding = ''): Promise<SetUpAnswer> {
    const answer = await this.say(
      `<SendSecretToken serviceID="${this.peer.serviceID}" ${head}><SecretToken${encoding}>${this.token}</SecretToken></SendSecretToken>`,
    );
    this.theirToken = answer.primitive.child('SecretToken')?.text ?? '';
    this.theirServiceID = answer.primitive.attribute('serviceID') ?? '';
    return answer;
  }

  /** 3, with the right digest if no other is given. */
  prove(
    digest = this.digest(),
    attributes = 'digestSchema="HMAC-SHA-256" encoding="base64"',
  ): Promise<SetUpAnswer> {
    return this.say(
      `<LoginRequest serviceID="${this.peer.serviceID}" timeToLive="86400"><PasswordDigest ${attributes}>${digest}</PasswordDigest></LoginRequest>`,
    );
  }

  /** Message 5, with the correct session proof by default; '' sends no proof. */
  announce(
    sessionID: string,
    timeToLiveS = 86_400,
    proof = proofElement(this.sessionProof(sessionID)),
  ): Promise<SetUpAnswer> {
    return this.say(
      `<LoginResponse sessionID="${sessionID}" timeToLive="${timeToLiveS}"><Status code="200"/>${proof}</LoginResponse>`,
    );
  }

  sessionProof(sessionID: string, secret = this.peer.secret): string {
    const { serviceID } = this.peer;
    return sessionProof(secret, this.theirToken, this.token, sessionID, serviceID, this.theirServiceID);
  }

  /** Whether message 6 shows that SAP 2 finished this very set-up. */
  isSessionProofOfTheirs(sixth: SetUpAnswer): boolean {
    const { serviceID, secret, theirSecret = secret } = this.peer;
    const sessionID = sixth.primitive.attribute('sessionID') ?? '';
    const { token, theirToken, theirServiceID } = this;
    const expected = sessionProof(theirSecret, token, theirToken, sessionID, theirServiceID, serviceID);
    return sixth.primitive.child('PasswordDigest')?.text === expected;
  }

  digest(over: Partial<DigestOver> = {}): string {
    const { secret, serviceID } = this.peer;
    const { token = this.theirToken, sender = serviceID, receiver = this.theirServiceID } = over;
    return hmac(secret, token, sender, receiver);
  }

  /** Whether message 4 shows that SAP 2 knows the secret too. */
  isProofOfTheirs(fourth: SetUpAnswer): boolean {
    const { serviceID, secret, theirSecret = secret } = this.peer;
    const expected = hmac(theirSecret, this.token, this.theirServiceID, serviceID);
    return fourth.primitive.child('PasswordDigest')?.text === expected;
  }

  async say(primitive: string, mode = 'Request'): Promise<SetUpAnswer> {
    const said = setUpMessage(this.namespace, this.transactionID, primitive, mode);
    const { status, body } = await this.send(said);
    if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
    const message = readXml(body);
    const transaction = message.onlyChild;
    const answer = transaction.onlyChild;
    const code = answer.child('Status')?.attribute('code');
    return { body, message, transaction, primitive: answer, code: code === undefined ? code : Number(code) };
  }
}
