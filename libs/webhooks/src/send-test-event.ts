import { type MessageWriter, SharedSignalsOffError } from './message-writer.js';
import type { WebhookTarget } from './ports/subscription-lines.port.js';
import type { SendOutcome, SendWebhook } from './send-webhook.js';

/** Sends a test event once. It stands at the present end, and is in no feed. */
export class SendTestEvent {
  constructor(
    private readonly send: Pick<SendWebhook, 'execute'>,
    private readonly writer: Pick<MessageWriter, 'writeTest'>,
    private readonly newID: () => string,
  ) {}

  /** @param state what a receiver asked with, if it asked */
  async execute(target: WebhookTarget, position: bigint, state?: string): Promise<SendOutcome> {
    const id = this.newID();
    try {
      const content = await this.writer.writeTest(target, {
        id,
        position,
        ...(state !== undefined && { state }),
      });
      return await this.send.execute(target, id, content);
    } catch (error) {
      if (!(error instanceof SharedSignalsOffError)) throw error;
      return { kind: 'failed', httpStatus: undefined, error: error.message };
    }
  }
}
