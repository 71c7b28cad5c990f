import { assertNever } from '@sap2/kernel';
import type { SapLoginRequest, SapLoginResponse, SetupMessage, SetupPrimitive } from '@sap2/ssp-wire';
import type { SspSession } from './open-ssp-session.js';
import {
  loginRequest,
  loginResponse,
  newSspSessionID,
  newToken,
  provesSecret,
  type SapIdentity,
  secretToken,
  setupMessage,
} from './set-up-messages.js';

/** A set-up that is not finished in this time is forgotten (ssp-binding §3). */
const UNFINISHED_MS = 60_000;
/** Whoever only says hello costs us no more than this (ssp-binding §3). */
const MAX_UNFINISHED = 16;

interface Unfinished {
  readonly peer: string;
  readonly theirToken: string;
  /** Undefined once the peer has answered it: a token is good for one proof. */
  readonly ourToken: string | undefined;
  readonly begunAtMs: number;
}

/**
 * Messages 2, 4 and 6, when SAP 2 begins a set-up because it has something to push and no SSP session is up. It stands
 * behind `openSspSession` as its mirror image.
 */
export class SetupResponder {
  readonly #unfinished = new Map<string, Unfinished>();

  /**
   * @param onSession told of a session that is up
   * @param expectedPeer undefined: anybody who proves to know the secret
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
    if (this.expectedPeer !== undefined && peer !== this.expectedPeer) return refused(403);
    const begunAtMs = Date.now();
    for (const [id, old] of this.#unfinished) {
      if (begunAtMs - old.begunAtMs > UNFINISHED_MS) this.#unfinished.delete(id);
    }
    if (this.#unfinished.size >= MAX_UNFINISHED) return refused(403);
    const ourToken = newToken();
    this.#unfinished.set(transactionID, { peer, theirToken, ourToken, begunAtMs });
    return secretToken(this.identity.ownServiceID, ourToken);
  }

  #checkProof(transactionID: string, request: SapLoginRequest): SetupPrimitive {
    const begun = this.#take(transactionID);
    if (begun?.ourToken === undefined || begun.peer !== request.serviceID) return refused(403);
    if (!provesSecret(request, this.identity, begun.peer, begun.ourToken)) return refused(409);
    this.#unfinished.set(transactionID, { ...begun, ourToken: undefined });
    return loginRequest(this.identity, begun.peer, begun.theirToken);
  }

  #finish(transactionID: string, { sessionID, status }: SapLoginResponse): SetupPrimitive {
    const proven = this.#take(transactionID);
    if (proven === undefined || proven.ourToken !== undefined) return refused(403);
    if (sessionID === undefined || status.code !== 200) return refused(403);
    const ownID = newSspSessionID(this.identity.ownServiceID);
    this.onSession({ peerServiceID: proven.peer, ownID, peerID: sessionID });
    return loginResponse(ownID, 200);
  }

  #take(transactionID: string): Unfinished | undefined {
    const found = this.#unfinished.get(transactionID);
    this.#unfinished.delete(transactionID);
    return found !== undefined && Date.now() - found.begunAtMs <= UNFINISHED_MS ? found : undefined;
  }
}

const refused = (code: 403 | 409): SetupPrimitive => loginResponse(undefined, code);
