import type { Positions } from '@sap2/event-feed';
import type { Clock } from '@sap2/kernel';
import type { WebhookTarget } from './ports/subscription-lines.port.js';
import type { SendOutcome, SendWebhook } from './send-webhook.js';

/** Sends a test event that is in no feed. It stands at the present end, and its type is for receivers to ignore. */
export class SendTestEvent {
  constructor(
    private readonly send: Pick<SendWebhook, 'execute'>,
    private readonly positions: Pick<Positions, 'textOf'>,
    private readonly clock: Clock,
    private readonly newID: () => string,
  ) {}

  execute(target: WebhookTarget, position: bigint): Promise<SendOutcome> {
    const id = this.newID();
    const event = {
      id,
      position: this.positions.textOf(position),
      type: 'subscription.test',
      at: new Date(this.clock.nowMs()).toISOString(),
      data: { subscription: target.id },
    };
    const body = Buffer.from(JSON.stringify(target.batch === 1 ? event : { items: [event] }));
    return this.send.execute(target, id, body);
  }
}
