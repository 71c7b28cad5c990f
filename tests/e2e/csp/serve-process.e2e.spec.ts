import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { testFolder, until } from '@sap2/test-support';
import { RawHandset } from '../../support/peers/raw-handset.js';
import { build, spawnBuilt } from '../../support/service/built-program.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { gatewayFileFor } from '../../support/service/gateway-world.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

const PROGRAM = resolve(import.meta.dirname, '../../../dist/apps/sap1/src/main.js');
const SECRET_PASSWORD = 'Kennwort-das-nirgends-bleibt-4711';
/** A heap snapshot at this signal. */
const SNAPSHOT_SIGNAL = 'SIGUSR2';

const folder = mkdtempSync(join(testFolder(), 'gateway-'));
const configFile = join(folder, 'sap1.json');
const running = new Set<ReturnType<typeof spawnBuilt>>();
const handsets: RawHandset[] = [];
let service: ServiceUnderTest;
let [frontPort, adminPort] = [0, 0];

/** The gateway as an operator starts it. */
async function serve(...args: readonly string[]) {
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    NODE_OPTIONS: `--heapsnapshot-signal=${SNAPSHOT_SIGNAL} --diagnostic-dir=${folder}`,
  };
  const child = spawnBuilt(PROGRAM, ['serve', ...args], { ...env, GATEWAY_SECRET: OPERATOR.secret });
  running.add(child);
  const exited = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const said: string[] = [];
  const log: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => log.push(line));
  const up = new Promise<void>((ready) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      if (line.startsWith('CSP for handsets')) ready();
    });
  });
  await Promise.race([up, exited]);
  return { child, exited, said, log };
}

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
        users: [
          ...CONFORMANCE_SEED.users,
          { userID: 'wv:secret@provider.example', password: SECRET_PASSWORD },
        ],
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
  for (const child of running) child.kill('SIGKILL');
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

  it('keeps no password, digest or used nonce in its heap or its log', async () => {
    const { child, exited, log } = await serve('--config', configFile);
    const user = new RawHandset(`http://127.0.0.1:${frontPort}/csp`, {
      userID: 'wv:secret@provider.example',
      password: SECRET_PASSWORD,
    });
    handsets.push(user);
    expect(await user.login()).toBe(200);
    const { nonce = '' } = await user.challenge('SHA');
    const digest = user.digest(nonce, 'SHA');
    expect(await user.respond(nonce, 'SHA')).toBe(200);
    // The runtime keeps the last text that it has searched; other requests replace it.
    for (let i = 0; i < 5; i++) expect(await user.keepAlive()).toBe(200);
    child.kill(SNAPSHOT_SIGNAL);
    const name = await until('the snapshot', () => {
      const found = readdirSync(folder).find((file) => file.endsWith('.heapsnapshot'));
      return found !== undefined && readFileSync(join(folder, found), 'utf8').endsWith(']}') && found;
    });
    const snapshot = readFileSync(join(folder, name), 'utf8');
    expect(snapshot).toContain(user.sessionID);
    const secrets = [SECRET_PASSWORD, nonce, digest, digest.replaceAll('/', String.raw`\/`)];
    expect(secrets.filter((secret) => snapshot.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => log.join('\n').includes(secret))).toEqual([]);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
