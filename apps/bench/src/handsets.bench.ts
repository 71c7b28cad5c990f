import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '@sap2/embedded-stores';
import pLimit from 'p-limit';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';
import { ManyHandsets } from './handsets/many-handsets.js';
import { countDeadlines } from './live-store-contents.js';

const HELP = `npm run bench -- handsets [options]. Many handsets on one gateway: what each costs, and what a crash costs.

  --handsets N     (10000)
  --seconds N      of keep-alives (300)
  --every N        seconds between two keep-alives of a handset (10)
`;

const { values } = parseArgs({
  options: {
    handsets: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '300' },
    every: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});
const count = Number(values.handsets);
const PASSWORD = 'a-password-of-all';
const LOGINS_AT_ONCE = 64;
const MAIN = 'dist/apps/sap1/src/main.js';
const PATIENCE_MS = 120_000;

/** A gateway in a process of its own. */
class GatewayProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
    private readonly adminUrl: string,
  ) {}

  static async start(file: string, adminPort: number): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], {
      stdio: 'ignore',
    });
    const gateway = new GatewayProcess(child, once(child, 'exit'), `http://127.0.0.1:${adminPort}`);
    const since = nowMs();
    while (!(await gateway.isReady())) {
      if (nowMs() - since > PATIENCE_MS) throw new Error('The gateway does not become ready.');
      await pause(50);
    }
    return gateway;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.exited;
  }

  /** Resident, and of JavaScript's heap. */
  async memory(): Promise<string> {
    const text = await (await fetch(`${this.adminUrl}/metrics`)).text();
    const [resident = 0, heap = 0] = ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'].map(
      (name) => sumOf(text, `sap1_${name}`) / 2 ** 20,
    );
    return `${resident.toFixed(0)} MiB, ${heap.toFixed(1)} MiB of them heap`;
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.adminUrl}/health/ready`)).ok;
    } catch {
      // It does not listen yet.
      return false;
    }
  }
}

/** Of all series of a metric. */
function sumOf(text: string, name: string): number {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

async function keepAliveMessages(world: BenchWorld): Promise<number> {
  const text = await (await fetch(`${world.service.adminUrl}/metrics`)).text();
  const own = text.split('\n').filter((line) => line.includes('primitive="UserKeepAliveRequest"'));
  return sumOf(own.join('\n'), 'sap2_ssp_requests_total');
}

async function logAllIn(handsets: ManyHandsets): Promise<readonly number[]> {
  const limit = pLimit(LOGINS_AT_ONCE);
  return Promise.all(Array.from({ length: count }, (_, i) => limit(() => handsets.logIn(i))));
}

interface Ports {
  readonly front: number;
  readonly pushes: number;
  readonly admin: number;
}

const settingsOf = (ports: Ports, sspUrl: string): object => ({
  serviceID: STEADY.serviceID,
  front: { port: ports.front, longPollS: 0, limits: { perAddressPerS: 1_000_000 } },
  pushes: { port: ports.pushes },
  admin: { port: ports.admin },
  defaultDomain: 'provider.example',
  providers: [
    {
      domain: 'provider.example',
      serviceID: 'wv:@provider.example',
      url: sspUrl,
      sharedSecret: STEADY.secret,
    },
  ],
  logLevel: 'error',
});

const startWorld = (pushesPort: number): Promise<BenchWorld> =>
  BenchWorld.start({
    users: Array.from({ length: count }, (_, i) => ({
      userID: `wv:user-${i}@provider.example`,
      password: PASSWORD,
    })),
    callbackUrls: { [STEADY.serviceID]: `http://127.0.0.1:${pushesPort}/` },
    environment: { SAP2_PEER_NETWORKS: 'loopback', SAP2_MAX_IN_FLIGHT: '1000', SAP2_PEER_IN_FLIGHT: '1000' },
  });

async function showKeepAlives(
  world: BenchWorld,
  gateway: GatewayProcess,
  handsets: ManyHandsets,
): Promise<void> {
  const before = await keepAliveMessages(world);
  const { durationsMs, failures } = await handsets.keepAlive(
    count,
    Number(values.every),
    Number(values.seconds) * 1_000,
  );
  const messages = (await keepAliveMessages(world)) - before;
  say(`Keep-alives of handsets: ${inWords(spreadOf(durationsMs))}; not answered by 200: ${failures}`);
  say(`Messages to SAP 2 for them: ${messages}, one for ${(durationsMs.length / messages).toFixed(1)}`);
  say(`Memory of the gateway with them: ${await gateway.memory()}`);
}

/** From the death of the gateway to the moment when both stores have one session for each handset. */
async function showRecovery(world: BenchWorld, handsets: ManyHandsets, sinceMs: number): Promise<void> {
  const readyMs = nowMs();
  await logAllIn(handsets);
  say(
    `After kill -9: ready in ${inSeconds(readyMs - sinceMs)}, every handset is in in ${inSeconds(nowMs() - sinceMs)}`,
  );
  const settledMs = nowMs();
  while ((await world.ledger.countLive()) !== count && nowMs() - settledMs < PATIENCE_MS) await pause(250);
  const [ledger, live] = [await world.ledger.countLive(), await countDeadlines(world.redis)];
  say(`Sessions in PostgreSQL ${ledger}, in Redis ${live}, handsets ${count}`);
}

async function benchHandsets(): Promise<void> {
  const ports = { front: await freePort(), pushes: await freePort(), admin: await freePort() };
  const folder = mkdtempSync(join(tmpdir(), 'sap2-handsets-'));
  const file = join(folder, 'gateway.json');
  const world = await startWorld(ports.pushes);
  writeFileSync(file, JSON.stringify(settingsOf(ports, world.service.sspUrl)));
  let gateway = await GatewayProcess.start(file, ports.admin);
  const handsets = new ManyHandsets(`http://127.0.0.1:${ports.front}/csp`, PASSWORD);
  try {
    say(`Memory of the gateway without handsets: ${await gateway.memory()}`);
    const sinceMs = nowMs();
    const logins = await logAllIn(handsets);
    say(`${count} handsets logged in in ${inSeconds(nowMs() - sinceMs)}: ${inWords(spreadOf(logins))}`);
    await showKeepAlives(world, gateway, handsets);
    await gateway.kill('SIGKILL');
    const deadMs = nowMs();
    gateway = await GatewayProcess.start(file, ports.admin);
    await showRecovery(world, handsets, deadMs);
  } finally {
    await handsets.close();
    await gateway.kill('SIGTERM');
    await world.stop();
    rmSync(folder, { recursive: true });
  }
}

if (values.help) say(HELP);
else await benchHandsets();
