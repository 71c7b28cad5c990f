import { assertNever, err, ok, type Randomness, type Result } from '@sap2/kernel';
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
import type { ProvenSetup, Setups } from './ports/setups.port.js';
import type { SspSessions } from './ports/ssp-sessions.port.js';
import * as messages from './set-up-messages.js';
import { sessionTermsOf, type SetUpLimits } from './set-up-limits.js';
import { CODE_OF_REFUSAL, type SetUpEvent, type SetUpRefusal } from './set-up-report.js';

/** Seconds after which an unfinished set-up has made room again. */
const ROOM_AGAIN_S = 60;

/** `IMPS-SSP` is what a peer in the namespace of that name calls the same thing. */
const PROTOCOLS: readonly (string | undefined)[] = [undefined, 'WV-SSP', 'IMPS-SSP'];
const PROTOCOL_VERSIONS: readonly (string | undefined)[] = [undefined, '1.2', '1.3'];

interface Refusal {
  readonly reason: SetUpRefusal;
  readonly peer: string | undefined;
}
interface Answer {
  readonly primitive: SetupPrimitive;
  readonly agreement: Agreement;
}
type Step = Result<Answer, Refusal>;

const refuse = (reason: SetUpRefusal, peer: string | undefined): Step => err({ reason, peer });

export interface ResponderNeeds {
  readonly agreements: Agreements;
  readonly setups: Setups;
  readonly sspSessions: SspSessions;
  readonly randomness: Randomness;
  readonly report: (event: SetUpEvent) => void;
  readonly limits: SetUpLimits;
}

/** Answers messages 1, 3 and 5 of a peer that opens an SSP session, if needed with a refusal (ssp-binding §3). */
export class SetUpResponder {
  constructor(private readonly on: ResponderNeeds) {}

  /**
   * A wrong or foreign message does not change the set-up in progress.
   *
   * @param speaker the identified and permitted sender; looked up once, so that no other peer gets the answer
   * @param address source of the message; it limits the cost of strangers
   * @throws what the stores throw
   */
  async answer(
    message: SetupMessage,
    speaker: Agreement | undefined,
    address: string,
  ): Promise<SetupMessage> {
    const { transactionID } = message;
    const primitive = message.primitive.kind;
    const step = await this.step(message, speaker, address);
    if (!step.ok) {
      const { reason, peer } = step.error;
      this.on.report({ outcome: reason, peer, transactionID, primitive });
      const code = CODE_OF_REFUSAL[reason];
      return {
        ...message,
        mode: 'Response',
        primitive: messages.sapRefusal(code, code === 503 ? ROOM_AGAIN_S : undefined),
      };
    }
    const { agreement } = step.value;
    if (primitive === 'LoginResponse') {
      this.on.report({ outcome: 'opened', peer: agreement.peer, transactionID, primitive });
    }
    return {
      ...message,
      mode: 'Response',
      transactionID: this.transactionOfAnswer(message, agreement),
      primitive: step.value.primitive,
    };
  }

  /**
   * The peer that a request names. It decides the required way of the message and of the answer, but proves
   * nothing. Undefined also for an answer, since an answer to an answer would never end.
   */
  async claimedSpeaker({ mode, transactionID, primitive }: SetupMessage): Promise<Agreement | undefined> {
    if (mode === 'Response') return undefined;
    return primitive.kind === 'LoginResponse'
      ? this.speakerOf(primitive, transactionID)
      : this.agreementWith(primitive.serviceID);
  }

  /** In callback mode message 2 travels as a message of its own, under a transactionID of ours. */
  private transactionOfAnswer({ primitive, transactionID }: SetupMessage, agreement: Agreement): string {
    return primitive.kind === 'SendSecretToken' && agreement.answerMode === 'callback'
      ? messages.newTransactionID(this.on.randomness)
      : transactionID;
  }

  private async step(
    { mode, transactionID, primitive }: SetupMessage,
    speaker: Agreement | undefined,
    address: string,
  ): Promise<Step> {
    if (mode !== 'Request') return refuse('answer-to-nothing', undefined);
    switch (primitive.kind) {
      case 'SendSecretToken':
        return this.begin(primitive, transactionID, speaker, address);
      case 'LoginRequest':
        return this.verify(primitive, transactionID, speaker, address);
      case 'LoginResponse':
        return this.finish(primitive, transactionID, speaker);
      default:
        return assertNever(primitive);
    }
  }

  /** 1 → 2. It proves nothing, and so it stands beside whatever else is under way. */
  private async begin(
    request: SendSecretToken,
    transactionID: string,
    agreement: Agreement | undefined,
    address: string,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('unknown-peer', request.serviceID);
    const { peer, ownServiceID } = agreement;
    const knownProtocol =
      PROTOCOLS.includes(request.protocol) && PROTOCOL_VERSIONS.includes(request.protocolVersion);
    if (!knownProtocol) return refuse('other-protocol', peer);

    const ourToken = messages.newToken(this.on.randomness);
    const tokens = { theirToken: request.secretToken, ourToken };
    const begun = await this.on.setups.begin(peer, transactionID, address, tokens);
    if (begun === 'too-many') return refuse('too-many-set-ups', peer);
    return ok({ primitive: messages.sendSecretToken(ownServiceID, ourToken), agreement });
  }

  /** 3 → 4. The set-up is the one whose token the digest is over. */
  private async verify(
    request: SapLoginRequest,
    transactionID: string,
    agreement: Agreement | undefined,
    address: string,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('unknown-peer', request.serviceID);
    const { peer, ownServiceID, acceptedSecrets } = agreement;
    const begun = await this.on.setups.begun(peer, transactionID, address);
    if (begun.length === 0) return refuse('replayed-or-expired-token', peer);

    const { value } = request.passwordDigest;
    const schema = agreedSchema(agreement, request);
    if (schema === undefined) return refuse('schema-not-agreed', peer);
    const names = { ourName: ownServiceID, theirName: request.serviceID };
    const tokens = begun.find((one) =>
      proofs.digestMatches(value, schema, acceptedSecrets, proofs.theirDigest({ ...one, ...names })),
    );
    if (tokens === undefined) {
      const isOverLimit = await this.on.setups.countWrong(address);
      return refuse(isOverLimit ? 'too-many-wrong-digests' : 'wrong-digest', peer);
    }
    const setup = { ...tokens, peer, schema, spelling: request.serviceID };
    const { unfinishedSetups = this.on.limits.unfinishedPerPeer } = agreement.limits;
    const proven = await this.on.setups.prove(transactionID, setup, unfinishedSetups);
    if (proven === 'unknown') return refuse('replayed-or-expired-token', peer);
    if (proven === 'too-many') return refuse('too-many-set-ups', peer);

    const exchange = { ...tokens, ...names };
    const secret = proofs.answeringSecret(agreement, value, schema, proofs.theirDigest(exchange)) ?? '';
    const proof = messages.sapLoginRequest(
      schema,
      secret,
      proofs.ourDigest(exchange),
      this.on.limits.timeToLiveS,
    );
    return ok({ primitive: proof, agreement });
  }

  /** 5 → 6. Until the session proof is right, nothing that the message says counts, an abort neither. */
  private async finish(
    response: SapLoginResponse,
    transactionID: string,
    agreement: Agreement | undefined,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('no-such-set-up', undefined);
    const { peer } = agreement;
    const all = await this.on.setups.proven(transactionID);
    const waiting = all.filter((setup) => setup.peer === peer);
    if (waiting.length === 0) return refuse('no-such-set-up', peer);
    const setup = waiting.find((one) => this.isMeant(one, response, agreement));
    if (response.status.code !== 200) return refuse('aborted-by-peer', peer);
    if (setup === undefined) return refuse('wrong-proof', peer);
    const { sessionID } = response;
    const isUsable = setup.schema === 'MD5' ? messages.isSspSessionID : messages.isSecretSspSessionID;
    if (!isUsable(sessionID)) return refuse('bad-session-id', peer);
    if (!(await this.on.setups.finish(transactionID, setup))) return refuse('no-such-set-up', peer);
    return this.open(sessionID, response, setup, agreement);
  }

  private async open(
    sessionID: string,
    response: SapLoginResponse,
    setup: ProvenSetup,
    agreement: Agreement,
  ): Promise<Step> {
    const { peer, ownServiceID } = agreement;
    const ourID = messages.newSspSessionID(this.on.randomness, ownServiceID);
    const timeToLiveS = messages.agreedTimeToLiveS(response.timeToLive, this.on.limits.timeToLiveS);
    const session = { peer, theirID: sessionID, ourID, timeToLiveS };
    const added = await this.on.sspSessions.add(session, sessionTermsOf(agreement, this.on.limits));
    if (added === 'taken') return refuse('session-id-taken', peer);
    const proof = ourSessionProof(setup, response, agreement, ourID);
    return ok({ primitive: messages.sapLoginResponse(ourID, timeToLiveS, proof), agreement });
  }

  /** MD5 knows no secret to prove: only the way the message came speaks for it (ssp-binding §3). */
  private isMeant(setup: ProvenSetup, response: SapLoginResponse, agreement: Agreement): boolean {
    if (setup.schema === 'MD5') return true;
    const { sessionID = '', passwordDigest } = response;
    if (passwordDigest?.digestSchema !== 'HMAC-SHA-256') return false;
    const subject = proofs.theirProof(exchangeOf(setup, agreement), sessionID);
    return proofs.secretOfProof(passwordDigest.value, agreement.acceptedSecrets, subject) !== undefined;
  }

  /** The proof in message 5 identifies its sender, or the domain of its id, or the only set-up. */
  private async speakerOf(response: SapLoginResponse, transactionID: string): Promise<Agreement | undefined> {
    const proven = await this.on.setups.proven(transactionID);
    const candidates = proven.flatMap((setup) => {
      const agreement = this.agreementWith(setup.peer);
      return agreement === undefined ? [] : [{ setup, agreement }];
    });
    const byProof = candidates.find(
      ({ setup, agreement }) => setup.schema !== 'MD5' && this.isMeant(setup, response, agreement),
    );
    const domain = messages.domainOf(response.sessionID ?? '');
    const byName = candidates.find(({ agreement }) => messages.domainOf(agreement.peer) === domain);
    const peers = new Set(candidates.map(({ agreement }) => agreement.peer));
    const only = peers.size === 1 ? candidates[0] : undefined;
    return (byProof ?? byName ?? only)?.agreement;
  }

  /** No peer under our own name: our own digest, sent back to us, would be correct. */
  private agreementWith(serviceID: string): Agreement | undefined {
    const agreement = this.on.agreements.ofPeer(serviceID.toLowerCase());
    const isOurselves = agreement !== undefined && agreement.peer === agreement.ownServiceID;
    return isOurselves ? undefined : agreement;
  }
}

/** Undefined: the agreement does not allow it, or we do not know it. */
function agreedSchema(
  agreement: Agreement,
  { passwordDigest }: SapLoginRequest,
): SapDigestSchema | undefined {
  const schema = proofs.digestSchemaOf(passwordDigest.digestSchema);
  return schema !== undefined && proofs.acceptsDigest(agreement, schema) ? schema : undefined;
}

const exchangeOf = (
  { ourToken, theirToken, spelling }: ProvenSetup,
  { ownServiceID }: Agreement,
): proofs.Exchange => ({ ourToken, theirToken, ourName: ownServiceID, theirName: spelling });

/** With the secret that the peer used in its proof, if we sign with it too. The peer surely knows that one. */
function ourSessionProof(
  setup: ProvenSetup,
  { sessionID = '', passwordDigest }: SapLoginResponse,
  agreement: Agreement,
  ourID: string,
): string | undefined {
  if (setup.schema === 'MD5') return undefined;
  const exchange = exchangeOf(setup, agreement);
  const { signingSecrets } = agreement;
  const used = proofs.secretOfProof(
    passwordDigest?.value ?? '',
    signingSecrets,
    proofs.theirProof(exchange, sessionID),
  );
  return proofs.sessionProof(used ?? signingSecrets[0] ?? '', proofs.ourProof(exchange, ourID));
}
