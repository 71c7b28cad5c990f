import { assertNever, err, ok, type Randomness, type Result } from '@sap2/kernel';
import type {
  SapLoginRequest,
  SapLoginResponse,
  SendSecretToken,
  SetupMessage,
  SetupPrimitive,
} from '@sap2/ssp-wire';
import { acceptsDigest, answeringSecret, digestMatches, digestSchemaOf } from './password-digest.js';
import type { Agreement, Agreements } from './ports/agreements.port.js';
import type { Setups } from './ports/setups.port.js';
import type { SspSessions } from './ports/ssp-sessions.port.js';
import {
  agreedTimeToLiveS,
  domainOf,
  isSspSessionID,
  newSspSessionID,
  newToken,
  newTransactionID,
  sapLoginRequest,
  sapLoginResponse,
  sapRefusal,
  sendSecretToken,
} from './set-up-messages.js';
import { DEFAULT_SET_UP_LIMITS, sessionTermsOf, type SetUpLimits } from './set-up-limits.js';
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

/** Messages 1, 3 and 5 of a peer that opens an SSP session, each to its answer 2, 4, 6 or a refusal (ssp-binding §3). */
export class SetUpResponder {
  constructor(
    private readonly agreements: Agreements,
    private readonly setups: Setups,
    private readonly sspSessions: SspSessions,
    private readonly randomness: Randomness,
    private readonly report: (event: SetUpEvent) => void,
    private readonly limits: SetUpLimits = DEFAULT_SET_UP_LIMITS,
  ) {}

  /**
   * @param speaker who was found to speak, and to be heard; looked up once, so that nobody else is answered
   * @throws what the stores throw
   */
  async answer(message: SetupMessage, speaker: Agreement | undefined): Promise<SetupMessage> {
    const { transactionID } = message;
    const primitive = message.primitive.kind;
    const step = await this.step(message, speaker);
    if (!step.ok) {
      const { reason, peer } = step.error;
      this.report({ outcome: reason, peer, transactionID, primitive });
      const code = CODE_OF_REFUSAL[reason];
      return {
        ...message,
        mode: 'Response',
        primitive: sapRefusal(code, code === 503 ? ROOM_AGAIN_S : undefined),
      };
    }
    const { agreement } = step.value;
    if (primitive === 'LoginResponse') {
      this.report({ outcome: 'opened', peer: agreement.peer, transactionID, primitive });
    }
    return {
      ...message,
      mode: 'Response',
      transactionID: this.transactionOfAnswer(message, agreement),
      primitive: step.value.primitive,
    };
  }

  /**
   * Whom a request claims to come from: it decides what way the message must have come and how the answer travels, and
   * proves nothing. Undefined also for an answer, which is not answered by a message of its own: two SAPs would never come to an end.
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
      ? newTransactionID(this.randomness)
      : transactionID;
  }

  private async step(
    { mode, transactionID, primitive }: SetupMessage,
    speaker: Agreement | undefined,
  ): Promise<Step> {
    if (mode !== 'Request') return refuse('answer-to-nothing', undefined);
    switch (primitive.kind) {
      case 'SendSecretToken':
        return this.begin(primitive, transactionID, speaker);
      case 'LoginRequest':
        return this.verify(primitive, transactionID, speaker);
      case 'LoginResponse':
        return this.finish(primitive, transactionID, speaker);
      default:
        return assertNever(primitive);
    }
  }

  /** 1 → 2 */
  private async begin(
    request: SendSecretToken,
    transactionID: string,
    agreement: Agreement | undefined,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('unknown-peer', request.serviceID);
    const { peer, ownServiceID } = agreement;
    const knownProtocol =
      PROTOCOLS.includes(request.protocol) && PROTOCOL_VERSIONS.includes(request.protocolVersion);
    if (!knownProtocol) return refuse('other-protocol', peer);

    const ourToken = newToken(this.randomness);
    const tokens = { theirToken: request.secretToken, ourToken };
    const { unfinishedSetups = this.limits.unfinishedPerPeer } = agreement.limits;
    const begun = await this.setups.begin(peer, transactionID, tokens, unfinishedSetups);
    if (begun === 'too-many') return refuse('too-many-set-ups', peer);
    return ok({ primitive: sendSecretToken(ownServiceID, ourToken), agreement });
  }

  /** 3 → 4 */
  private async verify(
    request: SapLoginRequest,
    transactionID: string,
    agreement: Agreement | undefined,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('unknown-peer', request.serviceID);
    const { peer, ownServiceID, acceptedSecrets } = agreement;
    const tokens = await this.setups.takeTokens(peer, transactionID);
    if (tokens === undefined) return refuse('replayed-or-expired-token', peer);

    const { digestSchema, value } = request.passwordDigest;
    const schema = digestSchemaOf(digestSchema);
    if (schema === undefined || !acceptsDigest(agreement, schema)) return refuse('schema-not-agreed', peer);
    const [sender, receiver] = [request.serviceID, ownServiceID];
    const theirs = { receiverToken: tokens.ourToken, sender, receiver };
    if (!digestMatches(value, schema, acceptedSecrets, theirs)) return refuse('wrong-digest', peer);

    await this.setups.markVerified(peer, transactionID);
    const ours = { receiverToken: tokens.theirToken, sender: receiver, receiver: sender };
    const secret = answeringSecret(agreement, value, schema, theirs) ?? '';
    const proof = sapLoginRequest(schema, secret, ours, this.limits.timeToLiveS);
    return ok({ primitive: proof, agreement });
  }

  /** 5 → 6 */
  private async finish(
    { sessionID, timeToLive, status }: SapLoginResponse,
    transactionID: string,
    agreement: Agreement | undefined,
  ): Promise<Step> {
    if (agreement === undefined) return refuse('no-such-set-up', undefined);
    const { peer, ownServiceID } = agreement;
    if (!(await this.setups.finish(peer, transactionID))) return refuse('no-such-set-up', peer);
    if (status.code !== 200) return refuse('aborted-by-peer', peer);
    if (!isSspSessionID(sessionID)) return refuse('bad-session-id', peer);

    const ourID = newSspSessionID(this.randomness, ownServiceID);
    const timeToLiveS = agreedTimeToLiveS(timeToLive, this.limits.timeToLiveS);
    const session = { peer, theirID: sessionID, ourID, timeToLiveS };
    const added = await this.sspSessions.add(session, sessionTermsOf(agreement, this.limits));
    if (added === 'taken') return refuse('session-id-taken', peer);
    return ok({ primitive: sapLoginResponse(ourID, timeToLiveS), agreement });
  }

  /** Message 5 names its sender only by the domain in the id that it announces, and some leave even that out. */
  private async speakerOf(
    { sessionID }: SapLoginResponse,
    transactionID: string,
  ): Promise<Agreement | undefined> {
    const verified = await this.setups.verifiedPeers(transactionID);
    const candidates = verified.flatMap((peer) => this.agreementWith(peer) ?? []);
    const domain = domainOf(sessionID ?? '');
    const named = candidates.find(({ peer }) => domainOf(peer) === domain);
    return named ?? (candidates.length === 1 ? candidates[0] : undefined);
  }

  /** Nobody under our own name: a digest of ours, sent back to us, would be right. */
  private agreementWith(serviceID: string): Agreement | undefined {
    const agreement = this.agreements.ofPeer(serviceID.toLowerCase());
    const isOurselves = agreement !== undefined && agreement.peer === agreement.ownServiceID;
    return isOurselves ? undefined : agreement;
  }
}
