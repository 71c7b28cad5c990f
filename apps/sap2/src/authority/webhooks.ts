import { randomUUID } from 'node:crypto';
import type { Positions } from '@sap2/event-feed';
import { type PeerNetworks, UndiciPeerTransport } from '@sap2/peer-link';
import {
  CAEP_TYPES,
  DeliverEvents,
  MessageWriter,
  SecurityEventTokens,
  SendTestEvent,
  SendWebhook,
  WebhookQueues,
} from '@sap2/webhooks';
import { pause } from '../loops/loop.js';
import { webhookReport } from '../loops/webhook-report.js';
import { crashing } from '../reports/watched-ports.js';
import { type Base, steadyClock, systemClock, systemRandomness } from './base.js';
import type { Ports } from './ports.js';

/** What one receiver gets at once is one message, and perhaps a test event or the message of another subscription. */
const CONNECTIONS_PER_RECEIVER = 4;
const CONNECT_TIMEOUT_MS = 5_000;
/** A longer answer costs its connection, and nothing else. */
const READ_OF_AN_ANSWER_BYTES = 16 * 1024;

export type Webhooks = ReturnType<typeof makeWebhooks>;

/** Delivers events to the URLs of subscriptions, under the rules for calls to peers. */
export function makeWebhooks(base: Base, ports: Ports, networks: PeerNetworks, positions: Positions) {
  const { config, tls, log, measures } = base;
  const calls = new UndiciPeerTransport(
    { networks, tls: () => tls.calls.context, contentType: 'application/json' },
    {
      connectionsPerPeer: CONNECTIONS_PER_RECEIVER,
      connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, config.webhookDeadlineMs),
      maxAnswerBytes: READ_OF_AN_ANSWER_BYTES,
      readsStatusOnly: true,
    },
  );
  const caller = crashing('WebhookCaller', calls, config.faultInjection);
  const send = new SendWebhook(caller, systemClock, config.webhookDeadlineMs);
  const { SubscriptionLines: lines, Subscriptions: book, EventFeed: feed } = ports;
  const { ssfIssuer: issuer } = config;
  const tokens =
    issuer === undefined ? undefined : new SecurityEventTokens(ports.SigningKeys, issuer, systemClock);
  const writer = new MessageWriter(positions, tokens, systemClock);
  const testEvent = new SendTestEvent(send, writer, randomUUID);
  const needs = {
    lines,
    feed,
    writer,
    send,
    clock: systemClock,
    randomness: systemRandomness,
    report: webhookReport(log, measures),
  };
  const deliver = new DeliverEvents(needs, {
    horizonMs: config.webhookHorizonS * 1000,
    longestRetryMs: config.webhookRetryMaxS * 1000,
  });
  const failed = (error: unknown, subscription: string | undefined): void =>
    log.warn('loop_failed', {
      role: 'webhooks',
      error,
      ...(subscription !== undefined && { detail: `subscription ${subscription}` }),
    });
  return {
    queues: new WebhookQueues(lines, feed, deliver, pause, steadyClock, failed),
    /** Undefined: there is no such subscription. */
    sendTest: async (id: string, position: bigint, state?: string) => {
      const target = await book.target(id);
      return target && testEvent.execute(target, position, state);
    },
    /** Undefined: Shared Signals are off. */
    streamTypes: issuer === undefined ? undefined : CAEP_TYPES,
    close: () => calls.close(),
  };
}
