import { createHmac, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

/**
 * A SAP 1 written from docs/protocol.md alone: text out, text in, sharing no line with the service or with the reference
 * SAP 1, so that a mistake made on both sides of our own codec cannot hide.
 */
export interface RawPeer {
  readonly serviceID: string;
  readonly secret: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const NAMESPACE = 'http://www.openmobilealliance.org/DTD/WV-SSP1.3';

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export class RawSap1 {
  private readonly agent = new Agent({ keepAlive: true });
  private transactions = 0;
  /** The id that we announced: every message of ours carries it. */
  sessionID = '';
  /** The id that SAP 2 announced for its own messages. */
  theirSessionID = '';

  constructor(
    private readonly url: string,
    readonly peer: RawPeer,
  ) {}

  get domain(): string {
    return this.peer.serviceID.slice('wv:@'.length);
  }

  nextTransactionID(): string {
    return `${this.domain}-${++this.transactions}-${randomBytes(3).toString('hex')}`;
  }

  post(body: string | Buffer, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: this.agent,
        headers: {
          'Content-Type': 'application/vnd.wv.ssp+xml',
          'Content-Length': Buffer.byteLength(body),
          ...headers,
        },
      };
      const sent = httpRequest(this.url, options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  setUpMessage(transactionID: string, primitive: string): string {
    return `<?xml version="1.0" encoding="UTF-8"?><WV-SSP-Message xmlns="${NAMESPACE}"><SetupTransaction mode="Request" transactionID="${transactionID}">${primitive}</SetupTransaction></WV-SSP-Message>`;
  }

  /** Messages 1 to 6 (§3); returns what came back at each step. */
  async connect(
    overrides: { readonly digest?: (tokenB: string, serviceB: string) => string } = {},
  ): Promise<string[]> {
    const { serviceID, secret } = this.peer;
    const id = this.nextTransactionID();
    const tokenA = randomBytes(16).toString('hex');
    const hello = `<SendSecretToken serviceID="${serviceID}" protocol="WV-SSP" protocolVersion="1.3"><SecretToken>${tokenA}</SecretToken></SendSecretToken>`;
    const second = (await this.post(this.setUpMessage(id, hello))).body;
    const tokenB = text(second, 'SecretToken') ?? '';
    const serviceB = attribute(second, 'SendSecretToken', 'serviceID') ?? '';
    const digest = (overrides.digest ?? ((token, service) => hmac(secret, token, serviceID, service)))(
      tokenB,
      serviceB,
    );
    const login = `<LoginRequest serviceID="${serviceID}" timeToLive="86400"><PasswordDigest digestSchema="HMAC-SHA-256" encoding="base64">${digest}</PasswordDigest></LoginRequest>`;
    const fourth = (await this.post(this.setUpMessage(id, login))).body;
    if (text(fourth, 'PasswordDigest') !== hmac(secret, tokenA, serviceB, serviceID)) return [second, fourth];
    this.sessionID = `${randomBytes(16).toString('hex')}@${this.domain}`;
    const done = `<LoginResponse sessionID="${this.sessionID}" timeToLive="86400"><Status code="200"/></LoginResponse>`;
    const sixth = (await this.post(this.setUpMessage(id, done))).body;
    this.theirSessionID = attribute(sixth, 'LoginResponse', 'sessionID') ?? '';
    return [second, fourth, sixth];
  }

  sessionMessage(transactions: readonly (readonly [id: string, primitive: string])[]): string {
    const inner = transactions
      .map(
        ([id, primitive]) => `<Transaction mode="Request" transactionID="${id}">${primitive}</Transaction>`,
      )
      .join('');
    return `<?xml version="1.0" encoding="UTF-8"?><WV-SSP-Message xmlns="${NAMESPACE}"><Session sessionID="${this.sessionID}">${inner}</Session></WV-SSP-Message>`;
  }

  /** Sends one request and returns the answer's transaction. */
  async ask(primitive: string, id = this.nextTransactionID()): Promise<string> {
    const answer = await this.post(this.sessionMessage([[id, primitive]]));
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body}`);
    if (attribute(answer.body, 'Transaction', 'transactionID') !== id)
      throw new Error('another transaction was answered');
    if (attribute(answer.body, 'Session', 'sessionID') !== this.theirSessionID)
      throw new Error('not the id of SAP 2');
    return answer.body;
  }

  metaInfo(userID: string, client: string | undefined = 'phone-1', requestor = this.peer.serviceID): string {
    const clientID = client === undefined ? '' : `<ClientID url="${escapeXml(client)}"/>`;
    return `<MetaInfo clientOriginated="Yes"><Requestor serviceID="${requestor}"><User userID="${escapeXml(userID)}">${clientID}</User></Requestor></MetaInfo>`;
  }

  get batchMetaInfo(): string {
    return `<MetaInfo clientOriginated="No"><Requestor serviceID="${this.peer.serviceID}"/></MetaInfo>`;
  }

  close(): void {
    this.agent.destroy();
  }
}

const hmac = (secret: string, token: string, sender: string, receiver: string): string =>
  createHmac('sha256', secret).update(`${token}\n${sender}\n${receiver}`).digest('base64');

/** Text of the first element of this name. */
export function text(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}(?:\\s[^>]*)?>([^<]*)</${element}>`).exec(xml)?.[1]?.trim();
}

/** Attribute of the first element of this name. */
export function attribute(xml: string, element: string, name: string): string | undefined {
  const tag = new RegExp(`<${element}(\\s[^>]*)?/?>`).exec(xml)?.[1];
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag ?? '')?.[1];
}

/** Code of the first Status. */
export const code = (xml: string): number => Number(attribute(xml, 'Status', 'code'));
