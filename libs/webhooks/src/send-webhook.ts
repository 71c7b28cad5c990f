import type { Clock } from '@sap2/kernel';
import type { WebhookTarget } from './ports/subscription-lines.port.js';
import type { WebhookCaller } from './ports/webhook-caller.port.js';
import type { MessageContent } from './message-writer.js';
import { signatureHeaders } from './webhook-signature.js';

export type SendOutcome =
  | { readonly kind: 'acknowledged'; readonly httpStatus: number }
  | { readonly kind: 'gone'; readonly httpStatus: number; readonly error: string }
  | { readonly kind: 'failed'; readonly httpStatus: number | undefined; readonly error: string };

const GONE = 410;
const LONGEST_ERROR = 300;

/** Signs a message and sends it once (northbound §3). */
export class SendWebhook {
  constructor(
    private readonly caller: WebhookCaller,
    private readonly clock: Clock,
    private readonly deadlineMs: number,
  ) {}

  async execute(
    { url, secrets }: Pick<WebhookTarget, 'url' | 'secrets'>,
    webhookID: string,
    { body, headers: more }: MessageContent,
  ): Promise<SendOutcome> {
    const timestampS = Math.floor(this.clock.nowMs() / 1000);
    const headers = { ...signatureHeaders(secrets(), { webhookID, timestampS, body }), ...more };
    const answer = await this.caller.post(url, body, this.deadlineMs, headers);
    if (answer.kind === 'failure')
      return { kind: 'failed', httpStatus: undefined, error: answer.detail.slice(0, LONGEST_ERROR) };
    const { httpStatus } = answer;
    if (httpStatus >= 200 && httpStatus < 300) return { kind: 'acknowledged', httpStatus };
    const error = `HTTP ${httpStatus}`;
    return { kind: httpStatus === GONE ? 'gone' : 'failed', httpStatus, error };
  }
}
