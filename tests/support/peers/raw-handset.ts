import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import {
  type CspEncoding,
  CSP_MEDIA_TYPES,
  type CspCredential,
  type CspMessage,
  type CspPrimitive,
  type CspVersion,
  type DecodedCspMessage,
  decodeCsp,
  encodeCsp,
} from '@sap2/csp-wire';

export interface HandsetAnswer {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

export interface HandsetWish {
  readonly version?: CspVersion;
  readonly encoding?: CspEncoding;
  readonly userID: string;
  readonly client?: string;
  readonly password: string;
}

const HASH_OF_SCHEMA: Readonly<Record<string, string>> = { MD5: 'md5', SHA: 'sha1', 'SHA-256': 'sha256' };
let handsets = 0;

/** A handset without any cleverness: it sends what the test says, and shows what comes back. */
export class RawHandset {
  readonly version: CspVersion;
  readonly encoding: CspEncoding;
  readonly userID: string;
  readonly client: string;
  readonly #password: string;
  readonly #agent = new Agent({ keepAlive: true });
  #transactions = 0;
  /** As the last login gave it. */
  sessionID: string | undefined;

  constructor(
    readonly url: string,
    wish: HandsetWish,
  ) {
    this.version = wish.version ?? '1.2';
    this.encoding = wish.encoding ?? 'xml';
    this.userID = wish.userID;
    handsets += 1;
    this.client = wish.client ?? `http://handset.example/${handsets}`;
    this.#password = wish.password;
  }

  get clientID() {
    return { url: this.client, msisdn: undefined, applicationID: undefined };
  }

  close(): void {
    this.#agent.destroy();
  }

  post(
    bytes: Uint8Array | string,
    headers: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<HandsetAnswer> {
    const body = Buffer.from(bytes as Uint8Array);
    const usual = { 'content-type': CSP_MEDIA_TYPES[this.encoding], 'content-length': String(body.length) };
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.#agent, headers: { ...usual, ...headers } };
      const sent = httpRequest(this.url, { ...options, ...(signal && { signal }) }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode: httpStatus = 0, headers: own } = answer;
          resolve({ httpStatus, headers: own, bytes: Buffer.concat(chunks) });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** The bytes of a request. @param sessionID undefined: `Outband` */
  request(primitive: CspPrimitive, sessionID = this.sessionID): Buffer {
    const isPoll = primitive.kind === 'Polling-Request';
    if (!isPoll) this.#transactions += 1;
    const message: CspMessage = {
      version: this.version,
      encoding: this.encoding,
      session: { type: sessionID === undefined ? 'Outband' : 'Inband', sessionID },
      mode: 'Request',
      transactionID: isPoll ? undefined : String(this.#transactions),
      poll: undefined,
      primitive,
    };
    return encodeCsp(message);
  }

  /** What the answer says; undefined: HTTP 200 without a message. */
  read({ httpStatus, bytes }: HandsetAnswer): DecodedCspMessage | undefined {
    if (httpStatus !== 200) throw new Error(`HTTP ${httpStatus}: ${bytes.toString()}`);
    if (bytes.length === 0) return undefined;
    const decoded = decodeCsp(bytes, this.encoding);
    if (!decoded.ok) throw new Error(`The answer cannot be read: ${decoded.error.detail}`);
    return decoded.value;
  }

  async say(primitive: CspPrimitive, sessionID = this.sessionID): Promise<DecodedCspMessage | undefined> {
    return this.read(await this.post(this.request(primitive, sessionID)));
  }

  loginRequest(
    credential: CspCredential,
    rest: { readonly sessionID?: string; readonly timeToLive?: number } = {},
  ) {
    return {
      kind: 'Login-Request',
      userID: this.userID,
      clientID: this.clientID,
      credential,
      timeToLive: rest.timeToLive,
      sessionCookie: 'cookie-of-handset',
      sessionID: rest.sessionID,
      capabilityList: undefined,
    } as const;
  }

  /** Two-way. @returns the code */
  async login(password = this.#password, timeToLive?: number): Promise<number> {
    const credential = { scheme: 'password', password } as const;
    return this.#welcome(credential, timeToLive === undefined ? {} : { timeToLive });
  }

  /** Four-way. @returns the code of the last answer */
  async loginDigest(...digestSchemas: readonly string[]): Promise<number> {
    const { nonce, digestSchema } = await this.challenge(...digestSchemas);
    return this.respond(nonce ?? '', digestSchema ?? '');
  }

  async challenge(...digestSchemas: readonly string[]) {
    const request = this.loginRequest({ scheme: 'challenge', digestSchemas });
    const answer = (await this.say(request, undefined))?.primitive;
    if (answer?.kind !== 'Login-Response') throw new Error(`no challenge, but ${String(answer?.kind)}`);
    return { code: answer.result.code, nonce: answer.nonce, digestSchema: answer.digestSchema };
  }

  respond(nonce: string, digestSchema: string, password = this.#password): Promise<number> {
    return this.#welcome({ scheme: 'digest', digestBytes: this.digest(nonce, digestSchema, password) });
  }

  digest(nonce: string, digestSchema: string, password = this.#password): string {
    return createHash(HASH_OF_SCHEMA[digestSchema] ?? 'md5')
      .update(nonce + password, 'latin1')
      .digest('base64');
  }

  async keepAlive(timeToLive?: number): Promise<number> {
    return codeIn(await this.say({ kind: 'KeepAlive-Request', timeToLive }));
  }

  async logout(): Promise<DecodedCspMessage | undefined> {
    return this.say({ kind: 'Logout-Request' });
  }

  poll(): Promise<DecodedCspMessage | undefined> {
    return this.say({ kind: 'Polling-Request' });
  }

  async #welcome(credential: CspCredential, rest: { readonly timeToLive?: number } = {}): Promise<number> {
    const request = this.request(this.loginRequest(credential, rest), undefined);
    const answer = this.read(await this.post(request));
    if (answer?.primitive.kind === 'Login-Response') this.sessionID = answer.primitive.sessionID;
    return codeIn(answer);
  }
}

/** The code of an answer; 0: no message came. */
export function codeIn(message: DecodedCspMessage | undefined): number {
  const primitive = message?.primitive;
  if (primitive === undefined) return 0;
  return 'result' in primitive ? primitive.result.code : 200;
}
