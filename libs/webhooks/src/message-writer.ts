import type { FeedEvent, Positions } from '@sap2/event-feed';
import type { Clock } from '@sap2/kernel';
import type { WebhookTarget } from './ports/subscription-lines.port.js';
import type { SecurityEventTokens } from './shared-signals/security-event-tokens.js';
import { bodyOf } from './webhook-message.js';

/** What is posted, in the format of the subscription. */
export interface MessageContent {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Security events are switched off, so a stream of them gets nothing. Events wait. */
export class SharedSignalsOffError extends Error {
  override readonly name = 'SharedSignalsOffError';
  constructor() {
    super('Shared Signals are off: set SAP2_SSF_ISSUER, or delete the subscription.');
  }
}

/** RFC 8935 §2.1 */
const TOKEN_HEADERS = { 'content-type': 'application/secevent+jwt', accept: 'application/json' };

/** Writes events as the format of a subscription asks: JSON, or one signed token. */
export class MessageWriter {
  constructor(
    private readonly positions: Pick<Positions, 'textOf'>,
    private readonly tokens: SecurityEventTokens | undefined,
    private readonly clock: Clock,
  ) {}

  /** @throws SharedSignalsOffError */
  async write(target: WebhookTarget, events: readonly FeedEvent[]): Promise<MessageContent> {
    if (target.format === 'events')
      return { body: bodyOf(events, target.batch, this.positions), headers: {} };
    const [event] = events;
    if (event === undefined) throw new Error('A token needs an event.');
    return contentOf(await this.enabledTokens().ofEvent(event, target));
  }

  /** A test event that is in no feed. For a stream it is the verification event. */
  async writeTest(
    target: WebhookTarget,
    { id, position, state }: { readonly id: string; readonly position: bigint; readonly state?: string },
  ): Promise<MessageContent> {
    if (target.format === 'caep')
      return contentOf(await this.enabledTokens().ofVerification(id, target, state));
    const event = {
      id,
      position: this.positions.textOf(position),
      type: 'subscription.test',
      at: new Date(this.clock.nowMs()).toISOString(),
      data: { subscription: target.id },
    };
    const content = target.batch === 1 ? event : { items: [event] };
    return { body: Buffer.from(JSON.stringify(content)), headers: {} };
  }

  private enabledTokens(): SecurityEventTokens {
    if (this.tokens === undefined) throw new SharedSignalsOffError();
    return this.tokens;
  }
}

const contentOf = (token: string): MessageContent => ({ body: Buffer.from(token), headers: TOKEN_HEADERS });
