import { DeliverDisconnects, type DeliveryLimits } from '@sap2/peer-delivery';
import {
  DEFAULT_SET_UP_LIMITS,
  type Agreement,
  CallbackInitiator,
  ReceiptedMessages,
  SetUpInitiator,
  type TransportOutcome,
} from '@sap2/peer-link';
import { type EndCause, SessionEnd } from '@sap2/session-core';
import { OPERATOR } from '../contracts/contract-world.js';
import { FakeLiveSessions } from './fake-live-sessions.js';
import { ManualClock } from './manual-clock.js';
import { anAgreement, FakeAgreements } from './peer-agreements.js';
import { FakeDisconnectOutbox } from './peer-disconnect-outbox.js';
import { FakeOutgoingSetups } from './peer-outgoing-setups.js';
import { FakeSap1 } from './peer-sap1.js';
import { FakeSspSessions } from './peer-ssp-sessions.js';
import { FakePeerTransport, type Posted } from './peer-transport.js';
import { SeededRandomness } from './seeded-randomness.js';

export const DAY_MS = 24 * 3600_000;

/** As an operator would have them (ssp-binding §5). */
export const DELIVERY_LIMITS: DeliveryLimits = {
  batchSize: 500,
  postDeadlineMs: 30_000,
  horizonMs: DAY_MS,
  failuresToOpen: 3,
  longestTrialPauseMs: 15_000,
};

export const ACKNOWLEDGED = { outcome: 'acknowledged', attempts: 1, error: undefined };

export type OnTheWay = (post: Posted, sap1: FakeSap1) => Promise<TransportOutcome>;

/** One peer, a line to it, and everything that SAP 2 keeps about it. */
export class DeliveryWorld {
  readonly clock = new ManualClock();
  readonly outbox = new FakeDisconnectOutbox(this.clock, new SeededRandomness(5));
  readonly live = new FakeLiveSessions(this.clock);
  readonly sspSessions = new FakeSspSessions(this.clock);
  readonly sap1 = new FakeSap1();
  readonly transport: FakePeerTransport;
  readonly agreements: FakeAgreements;
  readonly stop = new AbortController();
  private readonly deliver: DeliverDisconnects;

  constructor(
    agreement: Agreement = anAgreement(),
    onTheWay: OnTheWay = ({ text }, sap1) => sap1.answer(text),
  ) {
    this.agreements = new FakeAgreements(agreement);
    this.transport = new FakePeerTransport((post) => onTheWay(post, this.sap1));
    const { outbox, live, agreements, sspSessions, transport } = this;
    const randomness = new SeededRandomness(9);
    const pause = async (ms: number): Promise<void> => this.clock.advance(ms);
    const needs = { agreements, sspSessions, transport, randomness, limits: DEFAULT_SET_UP_LIMITS };
    const callbacks = new CallbackInitiator({
      ...needs,
      outgoingSetups: new FakeOutgoingSetups(this.clock),
      messages: new ReceiptedMessages(transport, pause, DAY_MS),
      pause,
      report: () => undefined,
    });
    const initiator = new SetUpInitiator({ ...needs, callbacks });
    const end = new SessionEnd(live, () => undefined);
    this.deliver = new DeliverDisconnects({ ...needs, outbox, end, initiator }, DELIVERY_LIMITS);
  }

  owe(count = 1, cause: EndCause = 'administrator', reason?: string) {
    return Array.from({ length: count }, () => this.outbox.owe(OPERATOR, cause, reason));
  }

  pass() {
    return this.deliver.execute(OPERATOR, this.stop.signal);
  }

  /** Failed passes until the disconnects are due no more, and how long each wait was. */
  async failUntil(attempts: number): Promise<number[]> {
    const waits: number[] = [];
    for (let i = 0; i < attempts; i++) {
      await this.pass();
      let waitMs = 0;
      while ((await this.outbox.peersWithDue(1)).length === 0 && waitMs < DAY_MS) {
        this.clock.advance(250);
        waitMs += 250;
      }
      waits.push(waitMs);
    }
    return waits;
  }

  messages(): string[] {
    return this.transport.posted
      .map(({ text }) => text)
      .filter((text) => text.includes('UserDisconnectRequest'));
  }
}

/** Set-ups go through; the messages meet this. */
export const onlyMessages =
  (answer: (post: Posted, sap1: FakeSap1) => Promise<TransportOutcome> | TransportOutcome): OnTheWay =>
  async (post, sap1) =>
    post.text.includes('SetupTransaction') ? sap1.answer(post.text) : answer(post, sap1);
