import {
  DEFAULT_SET_UP_LIMITS,
  type Agreement,
  hmacSha256Digest,
  sessionProof,
  type SetUpEvent,
  SetUpResponder,
} from '@sap2/peer-link';
import {
  type SapLoginResponse,
  type SetupMessage,
  type SetupPrimitive,
  SSP_NAMESPACES,
  type TransactionMode,
} from '@sap2/ssp-wire';
import { ManualClock } from './manual-clock.js';
import { FakeAgreements, OWN_SERVICE, PEER_SERVICE, SHARED_SECRET } from './peer-agreements.js';
import { FakeSetups } from './peer-setups.js';
import { FakeSspSessions } from './peer-ssp-sessions.js';
import { SeededRandomness } from './seeded-randomness.js';

export const OTHER_PEER = 'wv:@other.example';
export const THEIR_TOKEN = 'the token of the peer';

export interface Announcing {
  readonly timeToLive?: number | undefined;
  readonly serviceID?: string;
  readonly transactionID?: string;
  readonly secret?: string;
}

/** A responder, and a peer that can say anything to it. */
export class SetUpWorld {
  readonly clock = new ManualClock();
  readonly setups = new FakeSetups(this.clock);
  readonly sspSessions = new FakeSspSessions(this.clock);
  readonly agreements: FakeAgreements;
  readonly events: SetUpEvent[] = [];
  private readonly tokens = new Map<string, string>();
  readonly responder: SetUpResponder;
  /** Where the next message comes from. */
  address = '192.0.2.1';

  constructor(...agreements: Agreement[]) {
    this.agreements = new FakeAgreements(...agreements);
    const { agreements: known, setups, sspSessions, events } = this;
    this.responder = new SetUpResponder({
      agreements: known,
      setups,
      sspSessions,
      randomness: new SeededRandomness(7),
      report: (event) => events.push(event),
      limits: DEFAULT_SET_UP_LIMITS,
    });
  }

  say(
    primitive: SetupPrimitive,
    transactionID = 'IA',
    mode: TransactionMode = 'Request',
  ): Promise<SetupMessage> {
    return this.answer({ kind: 'setup', namespace: SSP_NAMESPACES[1], mode, transactionID, primitive });
  }

  /** A message that came the right way. */
  async answer(message: SetupMessage): Promise<SetupMessage> {
    return this.responder.answer(message, await this.responder.claimedSpeaker(message), this.address);
  }

  /** Message 1; the token of message 2. */
  async begin(serviceID = PEER_SERVICE, transactionID = 'IA'): Promise<string> {
    const { primitive } = await this.say(hello(serviceID), transactionID);
    if (primitive.kind !== 'SendSecretToken') throw new Error(`no token: ${JSON.stringify(primitive)}`);
    this.tokens.set(`${serviceID} ${transactionID}`, primitive.secretToken);
    return primitive.secretToken;
  }

  /** Messages 1 and 3. */
  async prove(serviceID = PEER_SERVICE, transactionID = 'IA'): Promise<SetupPrimitive> {
    const token = await this.begin(serviceID, transactionID);
    return (await this.say(proof(token, serviceID), transactionID)).primitive;
  }

  /** Message 5 with the right session proof, over this token of message 2. */
  announceOver(ourToken: string, sessionID: string, timeToLive?: number): Promise<SetupPrimitive> {
    this.tokens.set(`${PEER_SERVICE} IA`, ourToken);
    return this.announce(sessionID, { timeToLive });
  }

  /** Message 5 with the right session proof, over the token of the last message 2. */
  async announce(
    sessionID: string | undefined,
    { timeToLive, serviceID = PEER_SERVICE, transactionID = 'IA', secret = SHARED_SECRET }: Announcing = {},
  ): Promise<SetupPrimitive> {
    const value = sessionProof(secret, {
      receiverToken: this.tokens.get(`${serviceID} ${transactionID}`) ?? '',
      senderToken: THEIR_TOKEN,
      sessionID: sessionID ?? '',
      sender: serviceID,
      receiver: OWN_SERVICE,
    });
    return (await this.say(announce(sessionID, timeToLive, 200, value), transactionID)).primitive;
  }

  reasons(): SetUpEvent['outcome'][] {
    return this.events.map(({ outcome }) => outcome);
  }
}

export const hello = (serviceID = PEER_SERVICE): Extract<SetupPrimitive, { kind: 'SendSecretToken' }> => ({
  kind: 'SendSecretToken',
  serviceID,
  protocol: 'WV-SSP',
  protocolVersion: '1.3',
  secretToken: THEIR_TOKEN,
  encoding: undefined,
});

export function proof(ourToken: string, serviceID = PEER_SERVICE, secret = SHARED_SECRET): SetupPrimitive {
  const value = hmacSha256Digest(secret, {
    receiverToken: ourToken,
    sender: serviceID,
    receiver: OWN_SERVICE,
  });
  return withDigest('HMAC-SHA-256', value, serviceID);
}

export const withDigest = (
  digestSchema: string | undefined,
  value: string,
  serviceID = PEER_SERVICE,
): SetupPrimitive => ({
  kind: 'LoginRequest',
  serviceID,
  timeToLive: 86_400,
  passwordDigest: { digestSchema, value },
});

export const announce = (
  sessionID: string | undefined,
  timeToLive?: number,
  code = 200,
  sessionProofValue?: string,
): SapLoginResponse => ({
  kind: 'LoginResponse',
  sessionID,
  timeToLive,
  status: { code, description: undefined, detailedResults: [], tryAgainTimeoutS: undefined },
  passwordDigest:
    sessionProofValue === undefined ? undefined : { digestSchema: 'HMAC-SHA-256', value: sessionProofValue },
});

/** What every refusal of a set-up looks like: a code, perhaps a time, and no word more. */
export const refusal = (code: number): SapLoginResponse => ({
  kind: 'LoginResponse',
  sessionID: undefined,
  timeToLive: undefined,
  status: {
    code,
    description: undefined,
    detailedResults: [],
    tryAgainTimeoutS: code === 503 ? 60 : undefined,
  },
  passwordDigest: undefined,
});
