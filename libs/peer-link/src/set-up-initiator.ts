import { ok, type Randomness } from '@sap2/kernel';
import { decodeSspInTurns, encodeSsp, type SetupPrimitive } from '@sap2/ssp-wire';
import type { CallbackInitiator } from './callback-initiator.js';
import * as proofs from './password-digest.js';
import type { Agreement } from './ports/agreements.port.js';
import type { PeerTransport, TransportOutcome } from './ports/peer-transport.port.js';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';
import { failed, type SetUpOutcome } from './set-up-failure.js';
import * as messages from './set-up-messages.js';
import { sessionTermsOf, type SetUpLimits } from './set-up-limits.js';

/** 1, 3 and 5 (ssp-binding §3). */
const MESSAGES_OF_OURS = 3;

/** `Status` of a wrong digest (ssp-binding §3). */
const WRONG_DIGEST = 409;

export interface InitiatorNeeds {
  readonly sspSessions: SspSessions;
  readonly transport: PeerTransport;
  readonly randomness: Randomness;
  readonly callbacks: Pick<CallbackInitiator, 'open'>;
  readonly limits: SetUpLimits;
}

/** Opens an SSP session towards a peer when SAP 2 has something to say and none is up (ssp-binding §3). */
export class SetUpInitiator {
  constructor(private readonly on: InitiatorNeeds) {}

  /** `deadlineMs` covers all messages. @throws what the store throws */
  async open(agreement: Agreement, deadlineMs: number): Promise<SetUpOutcome<SspSession>> {
    const { callbackUrl, answerMode, digestSchemas } = agreement;
    if (callbackUrl === undefined) return failed('no-callback-url', 'the agreement names no URL');
    if (answerMode === 'callback') return this.on.callbacks.open(agreement, deadlineMs);
    const secrets = agreement.signingSecrets.filter((secret) => secret !== '');
    if (secrets.length === 0 || !digestSchemas.includes('HMAC-SHA-256')) {
      return failed('no-shared-secret', 'the agreement has no secret to sign with');
    }
    // An equal share of the time for each message: the sum holds without a clock.
    const messageMs = Math.floor(deadlineMs / (MESSAGES_OF_OURS * secrets.length));
    const send = (bytes: Uint8Array): Promise<TransportOutcome> =>
      this.on.transport.post(callbackUrl, bytes, messageMs);
    const opened = await this.openWithAny(secrets, agreement, send);
    if (!opened.ok) return opened;
    const session = opened.value;
    const added = await this.on.sspSessions.add(session, sessionTermsOf(agreement, this.on.limits));
    if (added === 'taken') return failed('session-id-taken', 'another peer has announced the same id');
    return ok(session);
  }

  /**
   * With the newest secret. During a rotation also with the previous one, since the peer may not know the new one
   * yet.
   */
  private async openWithAny(
    secrets: readonly string[],
    agreement: Agreement,
    send: (bytes: Uint8Array) => Promise<TransportOutcome>,
  ): Promise<SetUpOutcome<SspSession>> {
    let outcome: SetUpOutcome<SspSession> = failed('no-shared-secret', 'no secret was tried');
    for (const secret of secrets) {
      outcome = await new SetUp(
        agreement,
        secret,
        send,
        this.on.randomness,
        this.on.limits.timeToLiveS,
      ).open();
      if (outcome.ok || outcome.error.reason !== 'our-secret-refused') return outcome;
    }
    return outcome;
  }
}

/** Messages 1, 3 and 5 of ours, each answered in line by 2, 4 and 6. */
class SetUp {
  private readonly transactionID: string;

  constructor(
    private readonly agreement: Agreement,
    private readonly secret: string,
    private readonly send: (bytes: Uint8Array) => Promise<TransportOutcome>,
    private readonly randomness: Randomness,
    private readonly timeToLiveS: number,
  ) {
    this.transactionID = messages.newTransactionID(randomness);
  }

  async open(): Promise<SetUpOutcome<SspSession>> {
    const { ownServiceID, peer } = this.agreement;
    const ourToken = messages.newToken(this.randomness);
    const hello = await this.ask(messages.sendSecretToken(ownServiceID, ourToken), 'SendSecretToken');
    if (!hello.ok) return hello;
    const { serviceID: theirName, secretToken: theirToken } = hello.value;
    if (!messages.isSameService(theirName, peer)) {
      return failed('another-peer', `${peer} was expected, and another name answers`);
    }
    const exchange = { ourToken, theirToken, ourName: ownServiceID, theirName };
    const proven = await this.proveEachOther(exchange);
    return proven.ok ? this.announce(exchange) : proven;
  }

  /** 3 and 4. Nothing weaker than HMAC is taken from the peer, whatever it offers. */
  private async proveEachOther(exchange: proofs.Exchange): Promise<SetUpOutcome<void>> {
    const proof = messages.sapLoginRequest(
      'HMAC-SHA-256',
      this.secret,
      proofs.ourDigest(exchange),
      this.timeToLiveS,
    );
    const answer = await this.ask(proof, 'LoginRequest');
    if (!answer.ok) return answer;
    const { serviceID, passwordDigest } = answer.value;
    const { acceptedSecrets } = this.agreement;
    const isRight =
      serviceID === exchange.theirName &&
      passwordDigest.digestSchema === 'HMAC-SHA-256' &&
      proofs.digestMatches(
        passwordDigest.value,
        'HMAC-SHA-256',
        acceptedSecrets,
        proofs.theirDigest(exchange),
      );
    return isRight
      ? ok(undefined)
      : failed('wrong-digest', 'the peer does not prove to know the shared secret');
  }

  /** Messages 5 and 6, each with the session proof: no other SAP can have finished this set-up. */
  private async announce(exchange: proofs.Exchange): Promise<SetUpOutcome<SspSession>> {
    const { peer, ownServiceID, acceptedSecrets } = this.agreement;
    const ourID = messages.newSspSessionID(this.randomness, ownServiceID);
    const proof = proofs.sessionProof(this.secret, proofs.ourProof(exchange, ourID));
    const answer = await this.ask(messages.sapLoginResponse(ourID, this.timeToLiveS, proof), 'LoginResponse');
    if (!answer.ok) return answer;
    const { sessionID, timeToLive, passwordDigest } = answer.value;
    if (!messages.isSecretSspSessionID(sessionID))
      return failed('not-understood', 'the peer announced no usable session id');
    const subject = proofs.theirProof(exchange, sessionID);
    if (proofs.secretOfProof(passwordDigest?.value ?? '', acceptedSecrets, subject) === undefined)
      return failed('wrong-proof', 'message 6 of the peer has no session proof, or a wrong one');
    const timeToLiveS = messages.agreedTimeToLiveS(timeToLive, this.timeToLiveS);
    return ok({ peer, theirID: sessionID, ourID, timeToLiveS });
  }

  /** One message and its answer, which must be of the wanted kind. */
  private async ask<K extends SetupPrimitive['kind']>(
    primitive: SetupPrimitive,
    wanted: K,
  ): Promise<SetUpOutcome<Extract<SetupPrimitive, { kind: K }>>> {
    const { transactionID } = this;
    const { namespace } = this.agreement;
    const message = { kind: 'setup', namespace, mode: 'Request', transactionID, primitive } as const;
    const outcome = await this.send(Buffer.from(encodeSsp(message)));
    if (outcome.kind === 'failure') return failed('unreachable', outcome.detail);
    if (outcome.httpStatus !== 200) return failed('http-error', `HTTP ${outcome.httpStatus}`);
    const decoded = await decodeSspInTurns(outcome.body);
    if (!decoded.ok) return failed('not-understood', decoded.error.detail);
    const answer = decoded.value;
    if (answer.kind !== 'setup' || answer.mode !== 'Response' || answer.transactionID !== transactionID) {
      return failed('not-understood', `not the answer to ${primitive.kind}`);
    }
    const reply: SetupPrimitive = answer.primitive;
    if (reply.kind === 'LoginResponse' && reply.status.code !== 200) {
      return refusalOf(primitive, reply.status.code);
    }
    return isKind(reply, wanted)
      ? ok(reply)
      : failed('not-understood', `not the answer to ${primitive.kind}`);
  }
}

const refusalOf = ({ kind }: SetupPrimitive, code: number) =>
  failed(
    kind === 'LoginRequest' && code === WRONG_DIGEST ? 'our-secret-refused' : 'refused',
    `${kind} is answered by status ${code}`,
  );

const isKind = <K extends SetupPrimitive['kind']>(
  primitive: SetupPrimitive,
  kind: K,
): primitive is Extract<SetupPrimitive, { kind: K }> => primitive.kind === kind;
