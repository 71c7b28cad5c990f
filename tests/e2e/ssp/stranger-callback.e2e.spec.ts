import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallbackDoor, CallbackSap1 } from '../../support/peers/callback-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import {
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

/** An agreement with HMAC-SHA-256 that names no networks, so a stranger may use its name. */
const PEER = { serviceID: 'wv:@callback.example', secret: 'callback-secret-0001' };
const MESSAGES = 400;
/** Of one address in a second (`set-up-rates.ts`). */
const RATE = 20;

let service: ServiceUnderTest;
let door: CallbackDoor;

beforeAll(async () => {
  door = await new CallbackDoor().open();
  service = await startServiceUnderTest(
    {},
    {
      ...DEFAULT_SEED,
      agreements: [
        {
          serviceID: PEER.serviceID,
          sharedSecret: PEER.secret,
          callbackUrl: door.url,
          answerMode: 'callback',
          domains: ['provider.example'],
        },
      ],
    },
  );
});

afterAll(async () => {
  await service?.stop();
  door.close();
});

describe('a set-up by HMAC-SHA-256 in callback mode (§3)', () => {
  it('is finished with session proofs on both sides', async () => {
    const sap1 = new CallbackSap1(service.sspUrl, PEER, door);
    await sap1.connect();
    expect((await sap1.ask('<KeepAliveRequest/>')).code).toBe(200);
    sap1.close();
  });

  it("strangers' messages 1 become no more POSTs to the peer than the rate allows", async () => {
    const stranger = new RawSap1(service.sspUrl, PEER);
    const begunMs = Date.now();
    const before = door.heard;
    const statuses = await Promise.all(
      Array.from({ length: MESSAGES }, async (_, i) => {
        const hello = `<SendSecretToken serviceID="${PEER.serviceID}"><SecretToken>${'t'.repeat(32)}</SecretToken></SendSecretToken>`;
        const body = `<WV-SSP-Message xmlns="${stranger.namespace}"><SetupTransaction mode="Request" transactionID="s-${i}">${hello}</SetupTransaction></WV-SSP-Message>`;
        return (await stranger.post(body)).status;
      }),
    );
    const seconds = Math.ceil((Date.now() - begunMs) / 1000);
    const taken = statuses.filter((status) => status === 202).length;
    expect(new Set(statuses)).toEqual(new Set([202, 503]));
    expect(taken).toBeLessThanOrEqual(RATE * (seconds + 1));
    expect(door.heard - before).toBeLessThanOrEqual(taken);
    stranger.close();
  });
});
