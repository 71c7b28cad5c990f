import { EventEmitter, once } from 'node:events';
import type {
  FunctionNode,
  GetSPInfoResponse,
  KeepAliveEntry,
  LoginCredential,
  MetaInfo,
  RequestPrimitive,
  RequestTransaction,
  ResponsePrimitive,
  ResponseTransaction,
  SapKeepAliveResponse,
  StatusAnswer,
  UserDisconnectRequest,
  UserKeepAliveRequest,
  UserKeepAliveResponse,
  UserLoginResponse,
  UserServiceResponse,
  WireUser,
} from '@sap2/ssp-wire';
import type { ChallengeResponder } from './handset.js';
import type { HttpAnswer } from './http-post.js';
import type { SspSession } from './open-ssp-session.js';
import { PushListener } from './push-listener.js';
import {
  getSPInfoRequest,
  type LoginWishes,
  metaInfo,
  type SyncPart,
  userKeepAliveRequest,
  userLoginRequest,
  userLogoutRequest,
  userServiceRequest,
} from './requests.js';
import { SetupResponder } from './set-up-responder.js';
import { SspError } from './ssp-error.js';
import { SspLink, type SspLinkOptions } from './ssp-link.js';
import type { SapTls } from './tls.js';

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: http. */
  readonly tls?: SapTls | undefined;
}

export interface Sap1Options extends SspLinkOptions {
  /** Where SAP 2 can push to us; undefined: it can not. */
  readonly listen?: ListenAddress | undefined;
  /** SAP 2 ended a user session of ours. It is not called if a keep-alive learned this before the push. */
  readonly onDisconnect?: ((request: UserDisconnectRequest) => void) | undefined;
  /** `node:incarnation`: which life of which of our nodes a session belongs to (ssp-binding §4.3). */
  readonly sapEpoch?: string | undefined;
}

/** A user session of ours: all that SAP 1 keeps of an end user. No password, no digest. */
export interface HeldSession {
  readonly userSessionID: string;
  readonly user: WireUser;
}

/**
 * The operator's access point, SSP side. It relays requests of handsets to the SAP 2 that owns their sessions. Each
 * operation returns SAP 2's answer, including refusals, and throws `SspError` without an answer.
 */
export class Sap1 {
  readonly #sessions = new Map<string, HeldSession>();
  readonly #ended = new Map<string, UserDisconnectRequest>();
  readonly #endings = new EventEmitter().setMaxListeners(0);
  /** Ids of SSP sessions: SAP 2's → ours. */
  readonly #sspSessions = new Map<string, string>();
  readonly #link: SspLink;
  readonly pushes: PushListener;

  constructor(private readonly options: Sap1Options) {
    const keep = ({ peerID, ownID }: SspSession): void => void this.#sspSessions.set(peerID, ownID);
    const { ownServiceID, trace } = options;
    this.#link = new SspLink(options, keep);
    this.pushes = new PushListener({
      tls: options.listen?.tls,
      setups: new SetupResponder(options, options.peerServiceID, keep),
      ownIDFor: (peerID) => this.#sspSessions.get(peerID),
      onDisconnect: (request) => this.#disconnected(request),
      trace: (direction, xml, httpStatus) => {
        const peer = this.#link.peerName;
        const [from, to] = direction === 'in' ? [peer, ownServiceID] : [ownServiceID, peer];
        trace?.({ from, to, xml, httpStatus });
      },
    });
  }

  /** User sessions that are alive as far as we know. */
  get sessions(): ReadonlyMap<string, HeldSession> {
    return this.#sessions;
  }

  /** Undefined: none is up. */
  get sspSession(): SspSession | undefined {
    return this.#link.session;
  }

  /** Opens the listener for pushes. @returns the URL for the agreement, its `callbackUrl` */
  async listen(): Promise<string> {
    const { host, port } = this.options.listen ?? { host: '127.0.0.1', port: 0 };
    return this.pushes.listen(host, port);
  }

  /** A new SSP session (ssp-binding §3). Every operation does this by itself where it must. */
  connect(): Promise<SspSession> {
    return this.#link.connect();
  }

  /** Two-way login: the password goes through our hands and on to SAP 2, and is kept nowhere. */
  loginPassword(
    user: WireUser,
    password: string,
    wishes: LoginWishes = {},
  ): Promise<UserLoginResponse | StatusAnswer> {
    return this.#login(user, { scheme: 'password', password }, wishes);
  }

  /**
   * Four-way login. SAP 2's nonce goes to the handset, and the handset's digest to SAP 2. We learn nothing from
   * either (ssp-binding §4.1).
   */
  async loginChallenge(
    handset: ChallengeResponder,
    wishes: LoginWishes = {},
  ): Promise<UserLoginResponse | StatusAnswer> {
    const { user, digestSchemas } = handset;
    const challenge = await this.#login(user, { scheme: 'challenge', digestSchemas }, wishes);
    if (challenge.kind !== 'UserLoginResponse' || challenge.status.code !== 401) return challenge;
    const { nonce, digestSchema } = challenge;
    if (nonce === undefined || digestSchema === undefined) {
      throw new SspError('not-the-binding', 'SAP 2 sent a challenge without a nonce or a digest schema');
    }
    const digestBytes = handset.answer(nonce, digestSchema);
    return this.#login(user, { scheme: 'digest', nonce, digestSchema, digestBytes }, wishes);
  }

  /** @param as who logs out; default: the user whose session we hold it to be */
  async logout(userSessionID: string, as?: WireUser): Promise<StatusAnswer> {
    const answer = await this.#ask(
      userLogoutRequest(this.#onBehalfOf(userSessionID, as), userSessionID),
      'Status',
    );
    if (answer.status.code === 200 || answer.status.code === 604) this.#sessions.delete(userSessionID);
    return answer;
  }

  /** One user is still there. @param timeToLiveS the keep-alive time wanted from now on */
  keepAlive(
    userSessionID: string,
    timeToLiveS?: number,
    as?: WireUser,
  ): Promise<UserKeepAliveResponse | StatusAnswer> {
    return this.#keepAlive(this.#onBehalfOf(userSessionID, as), {
      type: 'single',
      userSessionID,
      timeToLive: timeToLiveS,
    });
  }

  /** Up to 1000 users are still there; by default with the keep-alive times that they have. */
  keepAliveBatch(
    sessions: readonly (string | KeepAliveEntry)[],
  ): Promise<UserKeepAliveResponse | StatusAnswer> {
    return this.#keepAlive(this.#inOwnName(), {
      type: 'batch',
      entries: sessions.map((session) =>
        typeof session === 'string' ? { userSessionID: session, timeToLive: undefined } : session,
      ),
    });
  }

  /** One part of "this is the complete list of what we hold": what is left out ends (ssp-binding §4.3). */
  sync(part: SyncPart): Promise<UserKeepAliveResponse | StatusAnswer> {
    return this.#keepAlive(this.#inOwnName(), { type: 'sync', ...part });
  }

  /** @param serviceID `wv:@domain`; default: SAP 2's own */
  async getSPInfo(serviceID?: string, as?: WireUser): Promise<GetSPInfoResponse | StatusAnswer> {
    const asked = serviceID ?? this.options.peerServiceID ?? (await this.#anySspSession()).peerServiceID;
    return this.#ask(getSPInfoRequest(this.#inOwnName(as), asked), 'GetSPInfoResponse', 'Status');
  }

  /** @param allFunctions whether the answer shall also list everything that there is */
  negotiate(
    userSessionID: string,
    functions: readonly FunctionNode[] | undefined,
    {
      allFunctions = false,
      as,
    }: { readonly allFunctions?: boolean; readonly as?: WireUser | undefined } = {},
  ): Promise<UserServiceResponse | StatusAnswer> {
    const meta = this.#onBehalfOf(userSessionID, as);
    const request = userServiceRequest(meta, userSessionID, functions, allFunctions);
    return this.#ask(request, 'UserServiceResponse', 'Status');
  }

  /** Keeps the SSP session alive, not any user's. */
  sapKeepAlive(): Promise<SapKeepAliveResponse | StatusAnswer> {
    return this.#ask({ kind: 'KeepAliveRequest' }, 'KeepAliveResponse', 'Status');
  }

  /** Ends the SSP session; user sessions live on. */
  async sapLogout(): Promise<StatusAnswer> {
    const answer = await this.#ask({ kind: 'LogoutRequest' }, 'Status');
    const session = this.#link.session;
    if (session !== undefined) this.#sspSessions.delete(session.peerID);
    this.#link.forget();
    return answer;
  }

  nextTransactionID(): string {
    return this.#link.nextTransactionID();
  }

  /** Any transactions in one message, as they are. */
  send(transactions: readonly RequestTransaction[]): Promise<readonly ResponseTransaction[]> {
    return this.#link.send(transactions);
  }

  /** Any text as the body of a POST to SAP 2. */
  exchange(xml: string): Promise<HttpAnswer> {
    return this.#link.exchange(xml);
  }

  /** The push that ends this session, or that ended it. @throws AbortError when `signal` comes first */
  async disconnectOf(userSessionID: string, signal: AbortSignal): Promise<UserDisconnectRequest> {
    for (;;) {
      const request = this.#ended.get(userSessionID);
      if (request !== undefined) return request;
      await once(this.#endings, endOf(userSessionID), { signal });
    }
  }

  /** Forgets every SSP session, as a restart would: SAP 2's next push gets 403. */
  forgetSspSessions(): void {
    this.#sspSessions.clear();
    this.#link.forget();
  }

  /** Closes the listener for pushes. User sessions and the SSP session stay. */
  async close(): Promise<void> {
    await this.pushes.close();
    await this.#link.close();
  }

  async #login(
    user: WireUser,
    credential: LoginCredential,
    wishes: LoginWishes,
  ): Promise<UserLoginResponse | StatusAnswer> {
    const meta = this.#inOwnName(user);
    const request = userLoginRequest(meta, credential, { sapEpoch: this.options.sapEpoch, ...wishes });
    const answer = await this.#ask(request, 'UserLoginResponse', 'Status');
    if (answer.kind === 'UserLoginResponse' && answer.status.code === 200) {
      const { userSessionID } = answer;
      if (userSessionID === undefined)
        throw new SspError('not-the-binding', 'SAP 2 accepted a login without a userSessionID');
      this.#sessions.set(userSessionID, { userSessionID, user });
    }
    return answer;
  }

  async #keepAlive(
    meta: MetaInfo,
    form: UserKeepAliveRequest['form'],
  ): Promise<UserKeepAliveResponse | StatusAnswer> {
    const answer = await this.#ask(userKeepAliveRequest(meta, form), 'UserKeepAliveResponse', 'Status');
    const lost = new Set(
      answer.status.detailedResults.filter(isEnd).flatMap((result) => result.userSessionIDs),
    );
    if (form.type === 'single' && isEnd(answer.status)) lost.add(form.userSessionID);
    for (const id of lost) this.#sessions.delete(id);
    return answer;
  }

  #disconnected(request: UserDisconnectRequest): boolean {
    const { userSessionID } = request;
    const held = this.#sessions.delete(userSessionID);
    this.#ended.set(userSessionID, request);
    this.#endings.emit(endOf(userSessionID), request);
    if (held) this.options.onDisconnect?.(request);
    return held;
  }

  #inOwnName(user?: WireUser): MetaInfo {
    return metaInfo(this.options.ownServiceID, user);
  }

  #onBehalfOf(userSessionID: string, as: WireUser | undefined): MetaInfo {
    return this.#inOwnName(as ?? this.#sessions.get(userSessionID)?.user);
  }

  async #anySspSession(): Promise<SspSession> {
    return this.#link.session ?? (await this.#link.connect());
  }

  async #ask<Kind extends ResponsePrimitive['kind']>(
    request: RequestPrimitive,
    ...kinds: readonly Kind[]
  ): Promise<Extract<ResponsePrimitive, { readonly kind: Kind }>> {
    const answer = await this.#link.ask(request);
    if (!isOfKind(answer, kinds)) {
      throw new SspError('not-the-binding', `SAP 2 answered ${request.kind} with ${answer.kind}`);
    }
    return answer;
  }
}

/** Event name; never `error`, which an EventEmitter takes for something else. */
const endOf = (userSessionID: string): string => `end of ${userSessionID}`;

/** 600 expired, 601 forced out, 604 not there: the session is gone, and so is our entry of it. */
const isEnd = ({ code }: { readonly code: number }): boolean => code === 600 || code === 601 || code === 604;

function isOfKind<Kind extends ResponsePrimitive['kind']>(
  primitive: ResponsePrimitive,
  kinds: readonly Kind[],
): primitive is Extract<ResponsePrimitive, { readonly kind: Kind }> {
  return kinds.some((kind) => kind === primitive.kind);
}
