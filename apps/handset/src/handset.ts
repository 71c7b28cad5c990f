import type {
  CapabilityList,
  CspClientID,
  CspCredential,
  CspEncoding,
  CspPrimitive,
  CspResult,
  CspVersion,
  DecodedCspMessage,
  LoginResponse,
  Status,
} from '@sap2/csp-wire';
import { FrontError, FrontLine, type Leg } from './front-line.js';
import { digestOf } from './password-digest.js';

export interface HandsetOptions {
  /** URL of the CSP front, such as http://127.0.0.1:7171/csp. */
  readonly front: string;
  readonly userID: string;
  readonly password: string;
  readonly version: CspVersion;
  readonly encoding: CspEncoding;
  /** Digest schemas that it offers; undefined: it sends the password itself. */
  readonly digestSchemas?: readonly string[];
  /** URL that names this device. */
  readonly client?: string;
  /** Keep-alive time that it asks for, in seconds. */
  readonly timeToLiveS?: number;
  /** Gets each message, sent and received. */
  readonly watch?: (leg: Leg) => void;
}

/** What the front answered: a primitive, or nothing. */
export type Heard = DecodedCspMessage['primitive'] | undefined;

const PHASE_1_CODES = new Set([200, 401]);
const ENDED = new Set([600, 601, 604]);
const CAPABILITIES: CapabilityList = [
  { name: 'ClientType', value: 'MOBILE_PHONE' },
  { name: 'InitialDeliveryMethod', value: 'P' },
  { name: 'AcceptedContentType', value: 'text/plain' },
  { name: 'SupportedBearer', value: 'HTTP' },
  { name: 'MultiTrans', value: '1' },
  { name: 'ParserSize', value: '32767' },
  { name: 'SupportedCIRMethod', value: 'STCP' },
  { name: 'ServerPollMin', value: '2' },
];

/**
 * A CSP client: one user on one device (csp-front §4). It keeps the password and sends it only in a two-way login. Each
 * method sends one message and gives back what the front says.
 */
export class Handset {
  readonly #password: string;
  private readonly line: FrontLine;
  private readonly clientID: CspClientID;
  private transactions = 0;
  private session: string | undefined;
  private grantedS = 0;
  private hasMail = false;
  private end: CspResult | undefined;

  constructor(private readonly options: HandsetOptions) {
    this.#password = options.password;
    this.line = new FrontLine(options.front, options.watch);
    this.clientID = {
      url: options.client ?? 'handset@cli.example',
      msisdn: undefined,
      applicationID: undefined,
    };
  }

  /** Undefined: it is not logged in. */
  get sessionID(): string | undefined {
    return this.session;
  }

  /** As granted last, in seconds. */
  get keepAliveTimeS(): number {
    return this.grantedS;
  }

  /** The front has something for it: poll. */
  get hasToPoll(): boolean {
    return this.hasMail;
  }

  /** Why the session ended, if it did not log out by itself. */
  get endedBy(): CspResult | undefined {
    return this.end;
  }

  /** Two-way with the password, or four-way with the digest schemas that it offers. */
  async logIn(): Promise<LoginResponse | Status> {
    const { digestSchemas } = this.options;
    if (digestSchemas === undefined)
      return this.logInBy({ scheme: 'password', password: this.#password }, this.nextID());
    const transactionID = this.nextID();
    const challenge = await this.logInBy({ scheme: 'challenge', digestSchemas }, transactionID);
    if (challenge.kind === 'Status' || !PHASE_1_CODES.has(challenge.result.code)) return challenge;
    const { nonce = '', digestSchema = digestSchemas[0] ?? '' } = challenge;
    const digestBytes = digestOf(digestSchema, nonce, this.#password);
    if (digestBytes === undefined)
      throw new FrontError(`The front asks for the digest schema ${digestSchema}, which is not known here.`);
    return this.logInBy({ scheme: 'digest', digestBytes }, transactionID);
  }

  negotiateCapabilities(): Promise<Heard> {
    const { clientID } = this;
    return this.say({ kind: 'ClientCapability-Request', clientID, capabilityList: CAPABILITIES });
  }

  negotiateServices(): Promise<Heard> {
    const { clientID } = this;
    const functions = [{ name: 'WVCSPFeat', children: [] }];
    return this.say({ kind: 'Service-Request', clientID, functions, allFunctionsRequest: true });
  }

  /** What the front does not know, and a phone asks all the same. */
  askPresence(): Promise<Heard> {
    return this.say({ kind: 'other', name: 'GetPresence-Request' });
  }

  async keepAlive(): Promise<Heard> {
    const heard = await this.say({ kind: 'KeepAlive-Request', timeToLive: this.options.timeToLiveS });
    if (heard?.kind === 'KeepAlive-Response') this.grantedS = heard.keepAliveTime ?? this.grantedS;
    return heard;
  }

  spInfo(): Promise<Heard> {
    return this.say({ kind: 'GetSPInfo-Request', clientID: this.clientID });
  }

  /** Waits as long as the front holds the poll. Undefined: there is nothing for it. */
  async poll(signal?: AbortSignal): Promise<Heard> {
    this.hasMail = false;
    return this.say({ kind: 'Polling-Request' }, undefined, signal);
  }

  async logOut(): Promise<Heard> {
    const heard = await this.say({ kind: 'Logout-Request' });
    this.session = undefined;
    return heard;
  }

  close(): Promise<void> {
    return this.line.close();
  }

  private async logInBy(credential: CspCredential, transactionID: string): Promise<LoginResponse | Status> {
    const heard = await this.say(
      {
        kind: 'Login-Request',
        userID: this.options.userID,
        clientID: this.clientID,
        credential,
        timeToLive: this.options.timeToLiveS,
        sessionCookie: undefined,
        sessionID: undefined,
        capabilityList: undefined,
      },
      transactionID,
    );
    if (heard?.kind !== 'Login-Response' && heard?.kind !== 'Status')
      throw new FrontError(`The front answered a login by ${heard?.kind ?? 'nothing'}.`);
    if (heard.kind === 'Login-Response' && heard.sessionID !== undefined) {
      this.session = heard.sessionID;
      this.grantedS = heard.keepAliveTime ?? 0;
      this.end = undefined;
    }
    return heard;
  }

  private async say(
    primitive: CspPrimitive,
    transactionID = primitive.kind === 'Polling-Request' ? undefined : this.nextID(),
    signal?: AbortSignal,
  ): Promise<Heard> {
    const { version, encoding } = this.options;
    const sessionID = primitive.kind === 'Login-Request' ? undefined : this.session;
    const heard = await this.line.ask(
      {
        version,
        encoding,
        session: { type: sessionID === undefined ? 'Outband' : 'Inband', sessionID },
        mode: 'Request',
        transactionID,
        poll: undefined,
        primitive,
      },
      signal,
    );
    if (heard?.poll === true) this.hasMail = true;
    this.noticeEnd(heard?.primitive);
    return heard?.primitive;
  }

  /** By a Disconnect of the server, or by the answer to any message of a session that is over. */
  private noticeEnd(heard: Heard): void {
    if (this.session === undefined || heard === undefined || !('result' in heard)) return;
    const { result } = heard;
    if (heard.kind !== 'Disconnect' && !ENDED.has(result.code)) return;
    this.session = undefined;
    this.end = result;
  }

  private nextID(): string {
    this.transactions += 1;
    return String(this.transactions);
  }
}
