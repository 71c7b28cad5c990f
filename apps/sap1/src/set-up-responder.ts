import { assertNever } from '@sap2/kernel';
import type { SapLoginRequest, SapLoginResponse, SetupMessage, SetupPrimitive } from '@sap2/ssp-wire';
import type { SspSession } from './open-ssp-session.js';
import {
  announcement,
  loginRequest,
  newSspSessionID,
  newToken,
  provesSecret,
  provesSession,
  type SapIdentity,
  secretToken,
  setupMessage,
  setUpRefusal,
} from './set-up-messages.js';

/** A set-up that is not finished in this time is forgotten (ssp-binding §3). */
const UNFINISHED_MS = 60_000;
/** Senders of only message 1 cost us no more than this. Beyond it the oldest unproven one goes (ssp-binding §3). */
const MAX_UNFINISHED = 1024;

interface Unfinished {
  readonly peer: string;
  readonly theirToken: string;
  readonly ourToken: string;
  /** The peer has answered our token, which is good for one proof. */
  readonly isProven: boolean;
  readonly begunAtMs: number;
}

/**
 * Messages 2, 4 and 6, when SAP 2 begins a set-up for a push without an SSP session. It is the counterpart of
 * `openSspSession`.
 */
export class SetupResponder {
  readonly #unfinished = new Map<string, Unfinished>();

  /**
   * @param onSession is called with each open session
   * @param expectedPeer undefined: any server that proves the secret
   */
  constructor(
    private readonly identity: SapIdentity,
    private readonly expectedPeer: string | undefined,
    private readonly onSession: (session: SspSession) => void,
  ) {}

  answer({ transactionID, primitive }: SetupMessage): SetupMessage {
    return setupMessage('Response', transactionID, this.#answer(transactionID, primitive));
  }

  #answer(transactionID: string, primitive: SetupPrimitive): SetupPrimitive {
    switch (primitive.kind) {
      case 'SendSecretToken':
        return this.#begin(transactionID, primitive.serviceID, primitive.secretToken);
      case 'LoginRequest':
        return this.#checkProof(transactionID, primitive);
      case 'LoginResponse':
        return this.#finish(transactionID, primitive);
      default:
        return assertNever(primitive);
    }
  }

  #begin(transactionID: string, peer: string, theirToken: string): SetupPrimitive {
    if (this.expectedPeer !== undefined && peer !== this.expectedPeer) return setUpRefusal(403);
    const begun = this.#find(transactionID);
    // A stranger may have seen the id; what is under way stays as it is.
    if (begun !== undefined && begun.theirToken !== theirToken) return setUpRefusal(403);
    const ourToken = begun?.ourToken ?? newToken();
    if (begun === undefined && !this.#makeRoom()) return setUpRefusal(403);
    const fresh = { peer, theirToken, ourToken, isProven: false, begunAtMs: Date.now() };
    this.#unfinished.set(transactionID, begun ?? fresh);
    return secretToken(this.identity.ownServiceID, ourToken);
  }

  /** False: every set-up under way is of a sender that knows the secret. */
  #makeRoom(): boolean {
    const nowMs = Date.now();
    let victim: string | undefined;
    for (const [id, { begunAtMs, isProven }] of this.#unfinished) {
      if (nowMs - begunAtMs > UNFINISHED_MS) this.#unfinished.delete(id);
      else if (!isProven) victim ??= id;
    }
    if (this.#unfinished.size < MAX_UNFINISHED) return true;
    return victim !== undefined && this.#unfinished.delete(victim);
  }

  #checkProof(transactionID: string, request: SapLoginRequest): SetupPrimitive {
    const begun = this.#find(transactionID);
    if (begun === undefined || begun.isProven || begun.peer !== request.serviceID) return setUpRefusal(403);
    if (!provesSecret(request, this.identity, begun.peer, begun.ourToken)) return setUpRefusal(409);
    this.#unfinished.set(transactionID, { ...begun, isProven: true });
    return loginRequest(this.identity, begun.peer, begun.theirToken);
  }

  /** Without a correct session proof the set-up waits on, because a stranger may have sent this. */
  #finish(transactionID: string, response: SapLoginResponse): SetupPrimitive {
    const proven = this.#find(transactionID);
    if (proven === undefined || !proven.isProven) return setUpRefusal(403);
    const { peer, ourToken, theirToken } = proven;
    const { sessionID, status } = response;
    const theirs = { receiverToken: ourToken, senderToken: theirToken };
    if (!provesSession(response, this.identity, peer, theirs)) return setUpRefusal(403);
    if (sessionID === undefined || status.code !== 200) return setUpRefusal(403);
    this.#unfinished.delete(transactionID);
    const ownID = newSspSessionID(this.identity.ownServiceID);
    this.onSession({ peerServiceID: peer, ownID, peerID: sessionID });
    const ours = { receiverToken: theirToken, senderToken: ourToken };
    return announcement(this.identity, peer, ours, ownID);
  }

  #find(transactionID: string): Unfinished | undefined {
    const found = this.#unfinished.get(transactionID);
    return found !== undefined && Date.now() - found.begunAtMs <= UNFINISHED_MS ? found : undefined;
  }
}
