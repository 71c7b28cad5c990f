import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import { startServiceUnderTest } from '../../support/service/service-under-test.js';

async function sayHello(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('\u0016\u0003\u0001\u0000\u00c4\u0001\u0000\u0000\u00c0\u0003\u0003').resume();
  await once(socket, 'close');
}

it('a service that stops logs the lines that it held back for the end of the minute', async () => {
  const service = await startServiceUnderTest({}, CONFORMANCE_SEED);
  const [peer, stranger] = [new RawSap1(service.sspUrl, OPERATOR), new RawSap1(service.sspUrl, OPERATOR)];
  await peer.connect();
  stranger.sessionID = 'not-a-session@operator.example';
  for (let i = 0; i < 3; i++) {
    await stranger.post(stranger.message([[`t-${i}`, '<KeepAliveRequest/>']]));
    await peer.ask('<DanceRequest/>');
    await sayHello(service.sspUrl);
  }
  peer.close();
  stranger.close();
  await service.stop();
  const countsOf = (event: string): readonly unknown[] =>
    service.log
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter((line) => Object.values(line).includes(event))
      .map(({ count }) => count);
  expect(countsOf('ssp_session_unknown')).toEqual([1, 2]);
  expect(countsOf('ssp_primitive_unknown')).toEqual([1, 2]);
  expect(countsOf('tls_on_plain_port')).toEqual([1, 2]);
});
