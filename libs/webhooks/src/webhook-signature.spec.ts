import { describe, expect, it } from '@jest/globals';
import { signatureHeaders, webhookSecret } from './webhook-signature.js';

describe('the signature of a webhook', () => {
  it('is the one of the published example of Standard Webhooks', () => {
    const headers = signatureHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
      webhookID: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampS: 1_614_265_330,
      body: Buffer.from('{"test": 2432232314}'),
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('comes once for each secret, separated by a space', () => {
    const secrets = [1, 2].map((byte) => webhookSecret(new Uint8Array(32).fill(byte)));
    const headers = signatureHeaders(secrets, { webhookID: 'a', timestampS: 1, body: Buffer.from('{}') });
    expect(headers['webhook-signature']).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
  });
});
