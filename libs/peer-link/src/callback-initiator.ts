import { assertNever, ok, type Randomness } from '@sap2/kernel';
import type {
  SapDigestSchema,
  SapLoginRequest,
  SapLoginResponse,
  SendSecretToken,
  SetupMessage,
  SetupPrimitive,
} from '@sap2/ssp-wire';
import * as proofs from './password-digest.js';
import type { Agreement, Agreements } from './ports/agreements.port.js';
import type { HeardToken, OutgoingSetup, OutgoingSetups } from './ports/outgoing-setups.port.js';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';
import type { ReceiptedMessages } from './receipted-messages.js';
import { failed, type SetUpFailure, type SetUpOutcome } from './set-up-failure.js';
import { sessionTermsOf, type SetUpLimits } from './set-up-limits.js';
import * as messages from './set-up-messages.js';

/** How long a push waits for the session at most: the time of three answers of a healthy peer. */
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Messages 2 that one set-up keeps with HMAC-SHA-256. Each gets a message 3, and only the peer's can continue. With
 * MD5 it is one, since the networks of the agreement exclude strangers.
 */
const MAX_HEARD = 8;

/** What became of a set-up of ours, as one of its answers decided it. No secret has a field here. */
export interface OwnSetUpEvent {
  readonly outcome: 'opened' | SetUpFailure['reason'];
  readonly peer: string;
  readonly transactionID: string;
  readonly detail: string | undefined;
}

/** Sends what follows an answer, if anything does; to be called when the answer has been acknowledged. */
export type NextMessage = () => Promise<void>;

export interface CallbackNeeds {
  readonly agreements: Agreements;
  readonly outgoingSetups: OutgoingSetups;
  readonly sspSessions: SspSessions;
  readonly messages: ReceiptedMessages;
  readonly randomness: Randomness;
  readonly pause: (ms: number) => Promise<void>;
  readonly report: (event: OwnSetUpEvent) => void;
  readonly limits: SetUpLimits;
}

/**
 * Our messages 1, 3 and 5 to a peer in callback mode. Its messages 2, 4 and 6 arrive separately at any process
 * (ssp-binding §3).
 */
export class CallbackInitiator {
  constructor(private readonly on: CallbackNeeds) {}

  /**
   * Begins a set-up if none is under way, and waits a little for the session. `deadlineMs` covers both.
   * @throws what the stores throw
   */
  async open(agreement: Agreement, deadlineMs: number): Promise<SetUpOutcome<SspSession>> {
    // Half for message 1, once, since the push tries again. The other half is for the peer.
    const halfMs = Math.floor(deadlineMs / 2);
    const begun = await this.begin(agreement, halfMs);
    if (!begun.ok && begun.error.reason !== 'under-way') return begun;
    const session = await this.waitFor(agreement.peer, Math.min(halfMs, PATIENCE_MS));
    if (session === 'ended') return failed('refused', 'the set-up ended without a session');
    if (session !== undefined) return ok(session);
    return begun.ok
      ? failed('unanswered', 'message 1 of the set-up was received, and the session is not up yet')
      : begun;
  }

  /** Message 1, once; what follows is heard by any process. @throws what the stores throw */
  async begin(agreement: Agreement, deadlineMs: number): Promise<SetUpOutcome<OutgoingSetup>> {
    const { peer, ownServiceID } = agreement;
    if (schemaTowards(agreement) === undefined) {
      return failed('no-shared-secret', 'the agreement has no secret to sign with, and does not allow MD5');
    }
    const transactionID = messages.newTransactionID(this.on.randomness);
    const ourToken = messages.newToken(this.on.randomness);
    const ourID = messages.newSspSessionID(this.on.randomness, ownServiceID);
    const setup = { peer, transactionID, ourToken, ourID, heard: [] };
    if ((await this.on.outgoingSetups.begin(setup)) !== 'begun') {
      return failed('under-way', 'an earlier set-up is not finished');
    }
    const hello = this.message(agreement, transactionID, messages.sendSecretToken(ownServiceID, ourToken));
    const trouble = await this.on.messages.sendOnce(agreement, hello, deadlineMs);
    if (trouble === undefined) return ok(setup);
    await this.on.outgoingSetups.end(transactionID);
    return failed('unreachable', trouble);
  }

  /**
   * The peer that an answer names. Message 2 has its name, and messages 4 and 6 have the transactionID of the
   * set-up. Undefined: no set-up waits for it.
   */
  async claimedSpeaker({ transactionID, primitive }: SetupMessage): Promise<Agreement | undefined> {
    if (primitive.kind === 'SendSecretToken') return this.agreementWith(primitive.serviceID.toLowerCase());
    const peer = await this.on.outgoingSetups.peerOf(transactionID);
    return peer === undefined ? undefined : this.agreementWith(peer);
  }

  /**
   * Takes message 2, 4 or 6 and returns the next message. Undefined: no set-up waits for it, and it changed
   * nothing.
   * @throws what the stores throw
   */
  async hear({ transactionID, primitive }: SetupMessage, address: string): Promise<NextMessage | undefined> {
    switch (primitive.kind) {
      case 'SendSecretToken':
        return this.prove(primitive, address);
      case 'LoginRequest':
        return this.verify(primitive, transactionID);
      case 'LoginResponse':
        return primitive.status.code === 200
          ? this.finish(primitive, transactionID)
          : this.refused(transactionID, primitive.status.code);
      default:
        return assertNever(primitive);
    }
  }

  private async waitFor(peer: string, patienceMs: number): Promise<SspSession | 'ended' | undefined> {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += LOOK_EVERY_MS) {
      await this.on.pause(LOOK_EVERY_MS);
      // In this order: a set-up ends when its session is up.
      const isUnderWay = (await this.on.outgoingSetups.transactionWith(peer)) !== undefined;
      const session = await this.on.sspSessions.latestOf(peer);
      if (!isUnderWay && session === undefined) return 'ended';
      if (session === undefined) continue;
      // The peer has to digest our receipt for its message 6 before it takes anything over the session.
      await this.on.pause(LOOK_EVERY_MS);
      return session;
    }
    return undefined;
  }

  /** 2 → 3. Its transactionID may be a number of the peer's own, so it is known by whose it is. */
  private async prove(
    { serviceID, secretToken }: SendSecretToken,
    address: string,
  ): Promise<NextMessage | undefined> {
    const agreement = this.agreementWith(serviceID.toLowerCase());
    const schema = agreement && schemaTowards(agreement);
    if (agreement === undefined || schema === undefined) return undefined;
    const transactionID = await this.on.outgoingSetups.transactionWith(agreement.peer);
    if (transactionID === undefined) return undefined;
    const heard = { token: secretToken, spelling: serviceID, address };
    const limit = schema === 'MD5' ? 1 : MAX_HEARD;
    const setup = await this.on.outgoingSetups.hearToken(transactionID, heard, limit);
    if (setup === undefined) return undefined;
    const subject = proofs.ourDigest(exchangeOf(setup, heard, agreement));
    const secret = this.someSecretOf(agreement);
    const { timeToLiveS } = this.on.limits;
    return this.next(agreement, setup, [messages.sapLoginRequest(schema, secret, subject, timeToLiveS)]);
  }

  /** 4 → 5. By HMAC-SHA-256 a wrong one has changed nothing. */
  private async verify(request: SapLoginRequest, transactionID: string): Promise<NextMessage | undefined> {
    const setup = await this.on.outgoingSetups.find(transactionID);
    const agreement = setup && this.agreementWith(setup.peer);
    if (setup === undefined || setup.heard.length === 0 || agreement === undefined) return undefined;
    if (provesItself(request, setup, agreement)) {
      if ((await this.on.outgoingSetups.take(transactionID, 4)) === undefined) return undefined;
      return this.next(agreement, setup, this.announcements(setup, agreement));
    }
    if (schemaTowards(agreement) !== 'MD5') return this.notice(setup, 'wrong-digest', 4);
    if ((await this.on.outgoingSetups.take(transactionID, 4)) === undefined) return undefined;
    await this.end(transactionID, 'wrong-digest', 'message 4 does not prove who the peer is');
    return this.next(agreement, setup, [messages.sapRefusal(409, undefined)]);
  }

  /** By HMAC-SHA-256 a message 5 for each token that was heard: the peer takes the one whose proof is right. */
  private announcements(setup: OutgoingSetup, agreement: Agreement): SapLoginResponse[] {
    const { timeToLiveS } = this.on.limits;
    if (schemaTowards(agreement) === 'MD5')
      return [messages.sapLoginResponse(setup.ourID, timeToLiveS, undefined)];
    const secret = this.someSecretOf(agreement);
    return setup.heard.map((heard) => {
      const proof = proofs.sessionProof(
        secret,
        proofs.ourProof(exchangeOf(setup, heard, agreement), setup.ourID),
      );
      return messages.sapLoginResponse(setup.ourID, timeToLiveS, proof);
    });
  }

  /** 6. By HMAC-SHA-256 a wrong one has changed nothing. */
  private async finish(response: SapLoginResponse, transactionID: string): Promise<NextMessage | undefined> {
    const setup = await this.on.outgoingSetups.find(transactionID);
    const agreement = setup && this.agreementWith(setup.peer);
    if (setup === undefined || agreement === undefined) return undefined;
    const isByMd5 = schemaTowards(agreement) === 'MD5';
    if (!isByMd5 && !isProven(response, setup, agreement)) return this.notice(setup, 'wrong-proof', 6);
    if ((await this.on.outgoingSetups.take(transactionID, 6)) === undefined) return undefined;
    const { sessionID, timeToLive } = response;
    const isUsable = isByMd5 ? messages.isSspSessionID : messages.isSecretSspSessionID;
    if (!isUsable(sessionID)) {
      return this.end(transactionID, 'not-understood', 'the peer announced no usable session id');
    }
    const { peer, ourID } = setup;
    const timeToLiveS = messages.agreedTimeToLiveS(timeToLive, this.on.limits.timeToLiveS);
    const session = { peer, theirID: sessionID, ourID, timeToLiveS };
    const added = await this.on.sspSessions.add(session, sessionTermsOf(agreement, this.on.limits));
    if (added === 'taken')
      return this.end(transactionID, 'session-id-taken', 'another peer has announced the same id');
    return this.end(transactionID, 'opened', undefined);
  }

  /**
   * A refusal proves nothing. With HMAC-SHA-256 the set-up waits on. Another may begin in its place when all
   * messages 3 were refused. One of them may have answered a stranger's token.
   */
  private async refused(transactionID: string, code: number): Promise<NextMessage | undefined> {
    const setup = await this.on.outgoingSetups.find(transactionID);
    const agreement = setup && this.agreementWith(setup.peer);
    if (setup === undefined || agreement === undefined) return undefined;
    if (schemaTowards(agreement) === 'MD5') return this.end(transactionID, 'refused', `status ${code}`);
    if (!(await this.on.outgoingSetups.countRefusal(transactionID))) return undefined;
    const { peer } = setup;
    this.on.report({ outcome: 'refused', peer, transactionID, detail: `status ${code}; another may begin` });
    return undefined;
  }

  /** Says that a message was wrong; the set-up waits on for the right one. */
  private notice(
    { peer, transactionID }: OutgoingSetup,
    outcome: 'wrong-digest' | 'wrong-proof',
    message: 4 | 6,
  ): undefined {
    const detail = `message ${message} does not prove who the peer is; the set-up waits on`;
    this.on.report({ outcome, peer, transactionID, detail });
  }

  /**
   * While two secrets are valid, the peer may know either. It only answers 409 to the other one, perhaps at another
   * process. A random choice succeeds after a try or two, without a record of the tries.
   */
  private someSecretOf({ signingSecrets }: Agreement): string {
    return signingSecrets[Math.floor(this.on.randomness.fraction() * signingSecrets.length)] ?? '';
  }

  private next(agreement: Agreement, { transactionID }: OutgoingSetup, primitives: SetupPrimitive[]) {
    return async (): Promise<void> => {
      for (const primitive of primitives) {
        const message = this.message(agreement, transactionID, primitive);
        const trouble = await this.on.messages.send(agreement, message);
        if (trouble !== undefined) await this.end(transactionID, 'unreachable', trouble);
      }
    };
  }

  /** Ends a set-up and logs it once. Undefined: the set-up did not exist. */
  private async end(
    transactionID: string,
    outcome: OwnSetUpEvent['outcome'],
    detail: string | undefined,
  ): Promise<NextMessage | undefined> {
    const peer = await this.on.outgoingSetups.end(transactionID);
    if (peer === undefined) return undefined;
    this.on.report({ outcome, peer, transactionID, detail });
    return async () => undefined;
  }

  private message({ namespace }: Agreement, transactionID: string, primitive: SetupPrimitive): SetupMessage {
    return { kind: 'setup', namespace, mode: 'Request', transactionID, primitive };
  }

  /** Only while the agreement still says that answers come this way. */
  private agreementWith(peer: string): Agreement | undefined {
    const agreement = this.on.agreements.toTell(peer);
    return agreement?.answerMode === 'callback' ? agreement : undefined;
  }
}

/** What the peer can read: MD5 where the agreement allows it, since that is all that the field speaks. */
function schemaTowards(agreement: Agreement): SapDigestSchema | undefined {
  if (proofs.acceptsDigest(agreement, 'MD5')) return 'MD5';
  const canSign = (agreement.signingSecrets[0] ?? '') !== '';
  return canSign && proofs.acceptsDigest(agreement, 'HMAC-SHA-256') ? 'HMAC-SHA-256' : undefined;
}

const exchangeOf = (
  { ourToken }: Pick<OutgoingSetup, 'ourToken'>,
  { token, spelling }: Pick<HeardToken, 'token' | 'spelling'>,
  { ownServiceID }: Agreement,
): proofs.Exchange => ({ ourToken, theirToken: token, ourName: ownServiceID, theirName: spelling });

function provesItself(
  { serviceID, passwordDigest: { digestSchema, value } }: SapLoginRequest,
  setup: OutgoingSetup,
  agreement: Agreement,
): boolean {
  const schema = proofs.digestSchemaOf(digestSchema);
  // Their digest is over our token alone.
  const subject = proofs.theirDigest(exchangeOf(setup, { token: '', spelling: serviceID }, agreement));
  return (
    messages.isSameService(serviceID, agreement.peer) &&
    schema !== undefined &&
    proofs.acceptsDigest(agreement, schema) &&
    proofs.digestMatches(value, schema, agreement.acceptedSecrets, subject)
  );
}

const isProven = (
  { sessionID = '', passwordDigest }: SapLoginResponse,
  setup: OutgoingSetup,
  agreement: Agreement,
): boolean =>
  setup.heard.some((heard) => {
    const subject = proofs.theirProof(exchangeOf(setup, heard, agreement), sessionID);
    return (
      proofs.secretOfProof(passwordDigest?.value ?? '', agreement.acceptedSecrets, subject) !== undefined
    );
  });
