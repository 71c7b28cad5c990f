import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { testFolder, until } from '@sap2/test-support';
import { RawHandset } from '../../support/peers/raw-handset.js';
import { build } from '../../support/service/built-program.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { GatewayProcesses } from '../../support/service/gateway-process.js';
import { gatewayFileFor } from '../../support/service/gateway-world.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

const folder = mkdtempSync(join(testFolder(), 'gateway-'));
const configFile = join(folder, 'sap1.json');
const gateways = new GatewayProcesses();
const handsets: RawHandset[] = [];
let service: ServiceUnderTest;
let [frontPort, adminPort] = [0, 0];

const serve = (...args: readonly string[]) => gateways.serve(args, { GATEWAY_SECRET: OPERATOR.secret });

function handset(index: number, password = `user-${index}-password`): RawHandset {
  const userID = `wv:user-${index}@provider.example`;
  const made = new RawHandset(`http://127.0.0.1:${frontPort}/csp`, { userID, password });
  handsets.push(made);
  return made;
}

beforeAll(async () => {
  let pushesPort = 0;
  [frontPort, adminPort, pushesPort] = [await freePort(), await freePort(), await freePort()];
  const agreement = {
    serviceID: OPERATOR.serviceID,
    sharedSecret: OPERATOR.secret,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
    callbackUrl: `http://127.0.0.1:${pushesPort}/`,
  };
  [service] = await Promise.all([
    startServiceUnderTest(
      {},
      {
        ...CONFORMANCE_SEED,
        agreements: [agreement],
      },
    ),
    build(),
  ]);
  const provider = {
    domain: 'provider.example',
    serviceID: 'wv:@provider.example',
    url: service.sspUrl,
    sharedSecretEnv: 'GATEWAY_SECRET',
  };
  const front = { port: frontPort, longPollS: 60 };
  const settings = { front, admin: { port: adminPort }, providers: [provider], logLevel: 'debug' };
  writeFileSync(configFile, JSON.stringify(gatewayFileFor(service.sspUrl, pushesPort, settings)));
});

afterAll(async () => {
  for (const one of handsets) one.close();
  gateways.kill();
  await service.stop();
});

describe('the process of the gateway', () => {
  it('lists every fault of its configuration at once, and ends with 2', async () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(
      file,
      JSON.stringify({
        serviceID: 'operator',
        front: { port: 99_999, colour: 'red' },
        defaultDomain: 'nowhere.example',
        providers: [
          { domain: 'a.example', serviceID: 'wv:@a.example', url: 'http://a.example/ssp' },
          {
            domain: 'A.example',
            serviceID: 'wv:@b.example',
            url: 'http://b.example/ssp',
            sharedSecretEnv: 'NOT_SET',
          },
        ],
      }),
    );
    const { exited, said } = await serve('--config', file);
    expect(await exited).toBe(2);
    expect(said.join('\n')).toBe(
      [
        'The configuration has faults:',
        '  serviceID: must look like wv:@domain',
        '  front.port: Too big: expected number to be <=65535',
        '  front.colour: there is no such field',
        '  providers[0]: needs exactly one of sharedSecret, sharedSecretFile and sharedSecretEnv',
        '  providers[1].sharedSecretEnv: NOT_SET is not set',
        '  providers[1].domain: is that of providers[0]',
        '  defaultDomain: is not the domain of a provider',
      ].join('\n'),
    );
  });

  it('ends with 2 without a configuration, and says what to give', async () => {
    const { exited, said } = await serve();
    expect(await exited).toBe(2);
    expect(said.join('\n')).toContain('SAP1_CONFIG_FILE');
  });

  it('answers a poll that waits at SIGTERM, ends with 0, and its next life ends what it held', async () => {
    const first = await serve('--config', configFile);
    const user = handset(1);
    expect(await user.login()).toBe(200);
    const waiting = user.post(user.request({ kind: 'Polling-Request' }));
    const metrics = async () => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    await until('the poll', async () => (await metrics()).includes('sap1_waiting_polls 1'));
    first.child.kill('SIGTERM');
    expect(await waiting).toMatchObject({ httpStatus: 200, bytes: Buffer.alloc(0) });
    // Once more, as npm passes it on.
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);

    const second = await serve('--config', configFile);
    expect(await user.keepAlive()).toBe(604);
    await until('the end at SAP 2', async () => {
      const { status } = await service.admin('GET', `/admin/v1/sessions/${user.sessionID}`);
      return status === 404;
    });
    expect(await user.login()).toBe(200);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });
});
