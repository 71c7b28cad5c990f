import { describe, expect, it } from '@jest/globals';
import type { CspEncoding } from '@sap2/csp-wire';
import { until } from '@sap2/test-support';
import { codeIn } from '../../support/peers/raw-handset.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const [provider, silent] = ['provider.example', 'silent.example'].map((domain) => ({
  domain,
  serviceID: 'wv:@provider.example',
  sharedSecret: OPERATOR.secret,
  answerMode: 'callback',
}));
const seed = {
  ...CONFORMANCE_SEED,
  agreements: CONFORMANCE_SEED.agreements.map((agreement) => ({
    ...agreement,
    ...(agreement.serviceID === OPERATOR.serviceID && { answerMode: 'callback' as const }),
  })),
};
const world = gatewayWorldForThisFile(
  (sspUrl) => ({
    front: { port: 0, longPollS: 30 },
    providers: [provider, silent].map((entry) => ({ ...entry, url: sspUrl })),
  }),
  {},
  seed,
);

const AGREEMENT = `/admin/v1/agreements/${encodeURIComponent(OPERATOR.serviceID)}`;
interface State {
  readonly deliveries: { readonly pending: number };
}

const ENCODINGS: readonly CspEncoding[] = ['xml', 'wbxml'];

describe('a SAP 2 whose agreement says callback', () => {
  it.each(ENCODINGS)('serves a handset that speaks %s: login, keep-alive, logout', async (encoding) => {
    const handset = world.newHandset({ encoding });
    expect(await handset.login('wrong')).toBe(409);
    expect(await handset.loginDigest('SHA', 'MD5')).toBe(200);
    expect(await handset.keepAlive(600)).toBe(200);
    const info = await handset.say({ kind: 'GetSPInfo-Request', clientID: undefined });
    expect(info?.primitive).toMatchObject({ kind: 'GetSPInfo-Response', name: 'Example Messaging' });
    expect(codeIn(await handset.logout())).toBe(200);
    expect(await handset.keepAlive()).toBe(604);
  });

  it.each(ENCODINGS)('a push reaches a handset that speaks %s, and is acknowledged', async (encoding) => {
    const handset = world.newHandset({ encoding });
    expect(await handset.login()).toBe(200);
    const waiting = handset.poll();
    await world.end(handset.sessionID ?? '');
    expect(await waiting).toMatchObject({ primitive: { kind: 'Disconnect', result: { code: 601 } } });
    await until('the acknowledgement', async () => {
      const state = (await (await world.service.admin('GET', `${AGREEMENT}/state`)).json()) as State;
      return state.deliveries.pending === 0;
    });
  });

  it('can begin the set-up of an SSP session itself', async () => {
    const answer = await world.service.admin('POST', `${AGREEMENT}/probe`);
    expect(await answer.json()).toMatchObject({ outcome: 'opened', detail: null });
  });

  it('twenty handsets at the same time get each its own answers', async () => {
    const handsets = Array.from({ length: 20 }, () => world.newHandset());
    expect(await Promise.all(handsets.map((one) => one.login()))).toEqual(handsets.map(() => 200));
    expect(new Set(handsets.map(({ sessionID }) => sessionID)).size).toBe(20);
    expect(await Promise.all(handsets.map((one) => one.keepAlive()))).toEqual(handsets.map(() => 200));
  });
});
