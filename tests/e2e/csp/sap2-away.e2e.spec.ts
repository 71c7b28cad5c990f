import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS, type CspEncoding } from '@sap2/csp-wire';
import { until } from '@sap2/test-support';
import { codeIn, RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({ front: { port: 0, longPollS: 0 } });

const passwordOf = (handset: RawHandset) =>
  ({ scheme: 'password', password: `${/user-\d+/u.exec(handset.userID)?.[0]}-password` }) as const;

const ENCODINGS: readonly CspEncoding[] = ['xml', 'wbxml'];

describe('a gateway whose SAP 2 is away', () => {
  const silent = createServer();
  const sockets = new Set<Socket>();
  silent.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('is ready, answers 503 with a time at once, and serves its other SAP 2', async () => {
    const gateway = await world.startGateway({
      pushes: { port: 0 },
      providers: [
        {
          domain: 'away.example',
          serviceID: 'wv:@away.example',
          url: 'http://127.0.0.1:1/ssp',
          sharedSecret: 'unused',
        },
        {
          domain: 'provider.example',
          serviceID: 'wv:@provider.example',
          url: world.service.sspUrl,
          sharedSecret: 'operator-secret-0001',
        },
      ],
    });
    try {
      const ready = await fetch(`http://127.0.0.1:${gateway.adminPort}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([
        200,
        { status: 'ok', providers: { 'wv:@away.example': 'away', 'wv:@provider.example': 'up' } },
      ]);
      const url = `http://127.0.0.1:${gateway.frontPort}/csp`;
      const lost = new RawHandset(url, { version: '1.3', userID: 'wv:x@away.example', password: 'x' });
      const answer = await lost.say(lost.loginRequest({ scheme: 'password', password: 'x' }), undefined);
      expect(answer?.primitive).toMatchObject({
        kind: 'Login-Response',
        result: { code: 503, tryAgainTimeoutS: expect.any(Number) },
      });
      const known = world.newHandset();
      const served = new RawHandset(url, { userID: known.userID, password: passwordOf(known).password });
      expect(await served.login()).toBe(200);
      lost.close();
      served.close();
    } finally {
      await gateway.stop();
    }
  });

  it('answers 504 in each version and encoding if SAP 2 takes the request and says nothing for 20 s', async () => {
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    // The set-up goes to the real SAP 2, and later messages to one that never answers.
    let isSilent = false;
    const relay = createServer((socket) => {
      const onward = connect(isSilent ? port : Number(new URL(world.service.sspUrl).port), '127.0.0.1');
      sockets.add(socket).add(onward);
      for (const one of [socket, onward]) one.on('error', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const relayPort = (relay.address() as AddressInfo).port;
    const gateway = await world.startGateway({
      pushes: { port: 0 },
      providers: [
        {
          domain: 'provider.example',
          serviceID: 'wv:@provider.example',
          url: `http://127.0.0.1:${relayPort}/ssp`,
          sharedSecret: 'operator-secret-0001',
        },
      ],
    });
    const url = `http://127.0.0.1:${gateway.frontPort}/csp`;
    const handsets = CSP_VERSIONS.flatMap((version) =>
      ENCODINGS.map((encoding) => {
        const known = world.newHandset();
        const { password } = passwordOf(known);
        return new RawHandset(url, { version, encoding, userID: known.userID, password });
      }),
    );
    isSilent = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    const codes = await Promise.all(handsets.map((handset) => handset.login()));
    const shown = handsets.map(
      ({ version, encoding }, i) => `${version} ${encoding} SAP 2 silent ${codes[i]}`,
    );
    process.stdout.write(`${shown.join('\n')}\n`);
    expect(codes).toEqual(handsets.map(() => 504));
    isSilent = false;
    for (const socket of sockets) socket.destroy();
    for (const handset of handsets) {
      await until('SAP 2 again', async () => (await handset.login()) === 200);
      expect(codeIn(await handset.logout())).toBe(200);
      handset.close();
    }
    await gateway.stop();
    for (const socket of sockets) socket.destroy();
    relay.close();
  });
});
