import { assertNever } from '@sap2/kernel';
import type { SapLoginRequest, SapLoginResponse, SetupMessage, SetupPrimitive } from '@sap2/ssp-wire';
import type { SspSession } from './open-ssp-session.js';
import {
  agreedTimeToLiveS,
  announcement,
  loginRequest,
  newSspSessionID,
  newToken,
  provesSecret,
  provesSession,
  type SapIdentity,
  secretToken,
  setUpRefusal,
} from './set-up-messages.js';

/** A set-up that is not finished in this time is forgotten (ssp-binding §3). */
const UNFINISHED_MS = 60_000;
/** Senders of only message 1 cost us no more than this. Beyond it the oldest of the most crowded address goes. */
const MAX_UNFINISHED = 1024;

interface Unfinished {
  readonly transactionID: string;
  readonly peer: string;
  readonly address: string;
  readonly theirToken: string;
  readonly ourToken: string;
  readonly begunAtMs: number;
  /** The peer has answered our token, which is good for one proof. */
  isProven: boolean;
}

/**
 * Messages 2, 4 and 6, when SAP 2 begins a set-up for a push without an SSP session. It is the counterpart of
 * `openSspSession`. Message 1 proves nothing, so set-ups with one transactionID stand side by side. The digest and
 * the session proof show which one is meant (ssp-binding §3).
 */
export class SetupResponder {
  /** The oldest first. */
  readonly #unfinished = new Set<Unfinished>();

  /**
   * @param onSession is called with each open session
   * @param expectedPeer undefined: any server that proves the secret
   */
  constructor(
    private readonly identity: SapIdentity,
    private readonly expectedPeer: string | undefined,
    private readonly onSession: (session: SspSession) => void,
  ) {}

  /** @param address where the message came from; it limits what strangers cost */
  answer(message: SetupMessage, address = ''): SetupMessage {
    const primitive = this.#answer(message.transactionID, message.primitive, address);
    return { ...message, mode: 'Response', primitive };
  }

  #answer(transactionID: string, primitive: SetupPrimitive, address: string): SetupPrimitive {
    switch (primitive.kind) {
      case 'SendSecretToken':
        return this.#begin(transactionID, primitive.serviceID, primitive.secretToken, address);
      case 'LoginRequest':
        return this.#checkProof(transactionID, primitive);
      case 'LoginResponse':
        return this.#finish(transactionID, primitive);
      default:
        return assertNever(primitive);
    }
  }

  #begin(transactionID: string, peer: string, theirToken: string, address: string): SetupPrimitive {
    if (this.expectedPeer !== undefined && peer !== this.expectedPeer) return setUpRefusal(403);
    const { ownServiceID } = this.identity;
    const repeated = this.#alive(transactionID).find(
      (one) => !one.isProven && one.theirToken === theirToken && one.peer === peer,
    );
    if (repeated !== undefined) return secretToken(ownServiceID, repeated.ourToken);
    if (!this.#makeRoom()) return setUpRefusal(403);
    const ourToken = newToken();
    const begunAtMs = Date.now();
    this.#unfinished.add({ transactionID, peer, address, theirToken, ourToken, begunAtMs, isProven: false });
    return secretToken(ownServiceID, ourToken);
  }

  /** False: every set-up under way is of a sender that knows the secret. */
  #makeRoom(): boolean {
    const nowMs = Date.now();
    for (const one of this.#unfinished) {
      if (nowMs - one.begunAtMs > UNFINISHED_MS) this.#unfinished.delete(one);
    }
    if (this.#unfinished.size < MAX_UNFINISHED) return true;
    const victim = oldestOfMostCrowded([...this.#unfinished].filter(({ isProven }) => !isProven));
    return victim !== undefined && this.#unfinished.delete(victim);
  }

  #checkProof(transactionID: string, request: SapLoginRequest): SetupPrimitive {
    const begun = this.#alive(transactionID).filter(
      ({ isProven, peer }) => !isProven && peer === request.serviceID,
    );
    if (begun.length === 0) return setUpRefusal(403);
    const meant = begun.find(({ peer, ourToken }) => provesSecret(request, this.identity, peer, ourToken));
    if (meant === undefined) return setUpRefusal(409);
    meant.isProven = true;
    return loginRequest(this.identity, meant.peer, meant.theirToken);
  }

  /** Without a correct session proof the set-up waits on, because a stranger may have sent this. */
  #finish(transactionID: string, response: SapLoginResponse): SetupPrimitive {
    const { sessionID, status, timeToLive } = response;
    const meant = this.#alive(transactionID).find(({ isProven, peer, ourToken, theirToken }) => {
      const theirs = { receiverToken: ourToken, senderToken: theirToken };
      return isProven && provesSession(response, this.identity, peer, theirs);
    });
    if (meant === undefined || sessionID === undefined || status.code !== 200) return setUpRefusal(403);
    this.#unfinished.delete(meant);
    const { peer, ourToken, theirToken } = meant;
    const ownID = newSspSessionID(this.identity.ownServiceID);
    const timeToLiveS = agreedTimeToLiveS(timeToLive);
    this.onSession({ peerServiceID: peer, ownID, peerID: sessionID, timeToLiveS });
    const ours = { receiverToken: theirToken, senderToken: ourToken };
    return announcement(this.identity, peer, ours, ownID);
  }

  #alive(transactionID: string): readonly Unfinished[] {
    const nowMs = Date.now();
    return [...this.#unfinished].filter(
      (one) => one.transactionID === transactionID && nowMs - one.begunAtMs <= UNFINISHED_MS,
    );
  }
}

function oldestOfMostCrowded(unproven: readonly Unfinished[]): Unfinished | undefined {
  const counts = new Map<string, number>();
  for (const { address } of unproven) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return unproven.find(({ address }) => counts.get(address) === most);
}
