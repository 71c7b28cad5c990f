import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** What a message is signed over, beside its body. */
export interface SignedMessage {
  readonly webhookID: string;
  /** Of this attempt. */
  readonly timestampS: number;
  readonly body: Uint8Array;
}

/** The secret as receivers store it (Standard Webhooks). */
export const webhookSecret = (bytes: Uint8Array): string =>
  `${PREFIX}${Buffer.from(bytes).toString('base64')}`;

/** The headers of a message (Standard Webhooks). Each secret gives one signature. */
export function signatureHeaders(
  secrets: readonly string[],
  { webhookID, timestampS, body }: SignedMessage,
): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    const mac = createHmac('sha256', key).update(`${webhookID}.${timestampS}.`).update(body).digest('base64');
    return `v1,${mac}`;
  });
  return {
    'webhook-id': webhookID,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signatures.join(' '),
  };
}
