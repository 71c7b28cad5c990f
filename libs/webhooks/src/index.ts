export * from './ports/subscription-lines.port.js';
export type { WebhookAnswer, WebhookCaller } from './ports/webhook-caller.port.js';
export { DeliverEvents, type WebhookReport } from './deliver-events.js';
export { SendTestEvent } from './send-test-event.js';
export { type SendOutcome, SendWebhook } from './send-webhook.js';
export { WebhookQueues } from './webhook-queues.js';
export { signatureHeaders, webhookSecret } from './webhook-signature.js';
