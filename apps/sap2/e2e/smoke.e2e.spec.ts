import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { attribute, code, RawSap1, text } from './raw-sap1.js';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.js';

let service: ServiceUnderTest;
let sap1: RawSap1;

beforeAll(async () => {
  service = await startServiceUnderTest();
  sap1 = new RawSap1(service.sspUrl, { serviceID: 'wv:@operator.example', secret: 'operator-secret' });
});

afterAll(async () => {
  sap1.close();
  await service.stop();
});

describe('the main flow, over HTTP', () => {
  it('sets up an SSP session and logs alice in by challenge', async () => {
    const answers = await sap1.connect();
    expect(answers.map(code)).toEqual([Number.NaN, Number.NaN, 200]);
    const meta = sap1.metaInfo('wv:alice@provider.example');
    const challenge = await sap1.ask(
      `<UserLoginRequest timeToLive="600">${meta}<DigestSchema>SHA</DigestSchema></UserLoginRequest>`,
    );
    expect(code(challenge)).toBe(401);
    const nonce = text(challenge, 'Nonce') ?? '';
    const digest = createHash('sha1').update(`${nonce}alice-secret`).digest('base64');
    const welcome = await sap1.ask(
      `<UserLoginRequest timeToLive="600">${meta}<Nonce>${nonce}</Nonce><DigestBytes digestSchema="SHA" encoding="base64">${digest}</DigestBytes></UserLoginRequest>`,
    );
    expect(code(welcome)).toBe(200);
    const id = attribute(welcome, 'UserLoginResponse', 'userSessionID') ?? '';
    const alive = await sap1.ask(
      `<UserKeepAliveRequest userSessionID="${id}">${meta}</UserKeepAliveRequest>`,
    );
    expect([code(alive), attribute(alive, 'UserKeepAliveResponse', 'keepAliveTime')]).toEqual([200, '600']);
    const ended = await service.admin('DELETE', `/admin/v1/sessions/${id}`);
    expect(ended.status).toBe(204);
    const gone = await sap1.ask(`<UserKeepAliveRequest userSessionID="${id}">${meta}</UserKeepAliveRequest>`);
    expect(code(gone)).toBe(601);
  });
});
