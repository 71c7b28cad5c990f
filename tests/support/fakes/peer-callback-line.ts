import {
  DEFAULT_SET_UP_LIMITS,
  type Agreement,
  CallbackInitiator,
  type OwnSetUpEvent,
  ReceiptedMessages,
  type TransportOutcome,
} from '@sap2/peer-link';
import { decodeSsp, type SetupMessage } from '@sap2/ssp-wire';
import { ManualClock } from './manual-clock.js';
import { anAgreement, FakeAgreements, OWN_SERVICE, PEER_SERVICE } from './peer-agreements.js';
import { FakeOutgoingSetups } from './peer-outgoing-setups.js';
import { SetUpWorld } from './peer-set-up-world.js';
import { FakeSspSessions } from './peer-ssp-sessions.js';
import { FakePeerTransport, httpAnswer, type Posted } from './peer-transport.js';
import { SeededRandomness } from './seeded-randomness.js';

const SEED = 3;

/** What the peer says instead; undefined: nothing. */
export type TamperWithAnswer = (answer: SetupMessage, request: SetupMessage) => SetupMessage | undefined;

/**
 * SAP 2 and a peer in callback mode. Between them an attacker may change the peer's messages. A message of the peer
 * arrives when SAP 2 waits, as in reality.
 */
export class CallbackLine {
  readonly clock = new ManualClock();
  readonly agreements: FakeAgreements;
  readonly setups = new FakeOutgoingSetups(this.clock);
  readonly sspSessions = new FakeSspSessions(this.clock);
  readonly events: OwnSetUpEvent[] = [];
  /** Messages of the peer as they arrived, and whether SAP 2 expected them. */
  readonly heard: { readonly message: SetupMessage; readonly expected: boolean }[] = [];
  readonly peer: SetUpWorld;
  readonly transport = new FakePeerTransport((post) => this.take(post));
  readonly initiator: CallbackInitiator;
  /** What the first messages of SAP 2 meet, before the peer is there. */
  readonly obstacles: (TransportOutcome | undefined)[] = [];
  private onTheWay: SetupMessage[] = [];

  constructor(
    readonly agreement: Agreement = anAgreement({ answerMode: 'callback' }),
    private readonly tamper: TamperWithAnswer = (answer) => answer,
  ) {
    const { digestSchemas } = agreement;
    this.agreements = new FakeAgreements(agreement);
    this.peer = new SetUpWorld(
      anAgreement({ peer: OWN_SERVICE, ownServiceID: PEER_SERVICE, answerMode: 'callback', digestSchemas }),
    );
    const pause = async (ms: number): Promise<void> => {
      this.clock.advance(ms);
      await this.arrive();
    };
    const messages = new ReceiptedMessages(this.transport, pause, 10_000);
    const { agreements, setups: outgoingSetups, sspSessions } = this;
    this.initiator = new CallbackInitiator({
      agreements,
      outgoingSetups,
      sspSessions,
      messages,
      randomness: new SeededRandomness(SEED),
      pause,
      report: (event) => this.events.push(event),
      limits: DEFAULT_SET_UP_LIMITS,
    });
  }

  open() {
    return this.initiator.open(this.agreement, 9_000);
  }

  /** As if the peer had sent it; what follows is sent. */
  async say(message: SetupMessage): Promise<void> {
    const next = await this.initiator.hear(message, '192.0.2.1');
    this.heard.push({ message, expected: next !== undefined });
    await next?.();
  }

  private async take({ text }: Posted): Promise<TransportOutcome> {
    const obstacle = this.obstacles.shift();
    if (obstacle !== undefined) return obstacle;
    const request = decodeSsp(Buffer.from(text));
    if (!request.ok || request.value.kind !== 'setup') throw new Error(`not a set-up message: ${text}`);
    const answer = this.tamper(await this.peer.answer(request.value), request.value);
    if (answer !== undefined) this.onTheWay.push(answer);
    return httpAnswer(202);
  }

  private async arrive(): Promise<void> {
    const arriving = this.onTheWay;
    this.onTheWay = [];
    for (const message of arriving) await this.say(message);
  }
}
