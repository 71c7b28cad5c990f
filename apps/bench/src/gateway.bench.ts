import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type CspPrimitive, decodeCsp, encodeCsp } from '@sap2/csp-wire';
import { freePort } from '@sap2/embedded-stores';
import type { RequestPrimitive, ResponsePrimitive } from '@sap2/ssp-wire';
import { Pool } from 'undici';
import {
  FakeSap2,
  loginAnswer,
  OPERATOR,
  PROVIDER,
  SECRET,
  status,
} from '../../../tests/support/peers/fake-sap2.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';

const HANDSETS = Number(process.argv[2] ?? 10_000);
const PER_SECOND = Number(process.argv[3] ?? 1000);
const SECONDS = 10;
const CONNECTIONS = 200;
const LOGINS_AT_ONCE = 100;
/** The gateway keeps the last answer of a client for a minute. */
const FORGOTTEN_MS = 65_000;
const KEEP_ALIVE_S = 3600;

let [sessions, messages, carried] = [0, 0, 0];

function answer(request: RequestPrimitive): ResponsePrimitive {
  if (request.kind === 'UserLoginRequest') {
    sessions += 1;
    return loginAnswer(200, { userSessionID: `00sessionOfTheBench${sessions}`, keepAliveTime: KEEP_ALIVE_S });
  }
  const ok = status(200);
  if (request.kind !== 'UserKeepAliveRequest') return ok;
  messages += 1;
  carried += request.form.type === 'single' ? 1 : request.form.entries.length;
  const { status: said } = ok;
  return { kind: 'UserKeepAliveResponse', status: said, keepAliveTime: KEEP_ALIVE_S, exceptions: [] };
}

async function startGateway(sspUrl: string, folder: string) {
  const [port, adminPort, pushesPort] = [await freePort(), await freePort(), await freePort()];
  const provider = { domain: 'provider.example', serviceID: PROVIDER, url: sspUrl, sharedSecret: SECRET };
  const settings = {
    serviceID: OPERATOR,
    front: { port, limits: { perAddressPerS: 1_000_000 } },
    pushes: { port: pushesPort },
    admin: { port: adminPort },
    defaultDomain: 'provider.example',
    providers: [provider],
    logLevel: 'warn',
  };
  const file = join(folder, 'sap1.json');
  writeFileSync(file, JSON.stringify(settings));
  const child = spawn(process.execPath, ['dist/apps/sap1/src/main.js', 'serve', '--config', file], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  await once(createInterface({ input: child.stderr }), 'line');
  const heapBytes = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    return Number(/^sap1_nodejs_heap_size_used_bytes (\S+)$/mu.exec(text)?.[1]);
  };
  const residentBytes = (): number =>
    1024 * Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  return { child, port, heapBytes, residentBytes };
}

/** All handsets over some connections, as a WAP gateway of an operator opens them. */
class Handsets {
  private readonly pool: Pool;
  readonly ids: string[] = [];
  private messages = 0;

  constructor(port: number) {
    this.pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  }

  async say(primitive: CspPrimitive, sessionID?: string): Promise<CspPrimitive['kind'] | undefined> {
    this.messages += 1;
    const body = encodeCsp({
      version: '1.2',
      encoding: 'xml',
      session: { type: sessionID === undefined ? 'Outband' : 'Inband', sessionID },
      mode: 'Request',
      transactionID: String(this.messages),
      poll: undefined,
      primitive,
    });
    const headers = { 'content-type': 'application/vnd.wv.csp.xml' };
    const reply = await this.pool.request({ path: '/csp', method: 'POST', headers, body });
    const decoded = decodeCsp(Buffer.from(await reply.body.arrayBuffer()), 'xml');
    if (!decoded.ok) throw new Error(`HTTP ${reply.statusCode}`);
    const said = decoded.value.primitive;
    if (said.kind === 'Login-Response' && said.sessionID !== undefined) this.ids.push(said.sessionID);
    return said.kind === 'faulty' || said.kind === 'unsupported-version' ? undefined : said.kind;
  }

  login(index: number): Promise<unknown> {
    return this.say({
      kind: 'Login-Request',
      userID: `wv:user${index}@provider.example`,
      clientID: { url: `http://handset.example/${index}`, msisdn: undefined, applicationID: undefined },
      credential: { scheme: 'password', password: 'a password' },
      timeToLive: undefined,
      sessionCookie: `cookie-${index}`,
      sessionID: undefined,
      capabilityList: undefined,
    });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

/** Sends at a steady rate, whatever the answers take. */
async function keepAlives(handsets: Handsets): Promise<readonly number[]> {
  const durationsMs: number[] = [];
  const underWay: Promise<void>[] = [];
  const since = nowMs();
  const one = async (index: number): Promise<void> => {
    const begunAtMs = nowMs();
    const kind = await handsets.say(
      { kind: 'KeepAlive-Request', timeToLive: undefined },
      handsets.ids[index % HANDSETS],
    );
    if (kind !== 'KeepAlive-Response') throw new Error(`a keep-alive got ${kind}`);
    durationsMs.push(nowMs() - begunAtMs);
  };
  while (underWay.length < SECONDS * PER_SECOND) {
    const due = Math.min(((nowMs() - since) / 1000) * PER_SECOND, SECONDS * PER_SECOND);
    while (underWay.length < due) underWay.push(one(underWay.length));
    await pause(2);
  }
  await Promise.all(underWay);
  return durationsMs;
}

/** `npm run bench -- gateway [handsets] [keep-alives in a second]`; build first. The SAP 2 behind it costs nothing. */
async function benchGateway(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const sap2 = new FakeSap2(answer);
  const gateway = await startGateway(await sap2.start(), folder);
  const handsets = new Handsets(gateway.port);
  try {
    const before = { heap: await gateway.heapBytes(), resident: gateway.residentBytes() };
    const since = nowMs();
    for (let first = 0; first < HANDSETS; first += LOGINS_AT_ONCE) {
      await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, (_, index) => handsets.login(first + index)));
    }
    say(`${HANDSETS} handsets are logged in after ${inSeconds(nowMs() - since)}`);
    await pause(FORGOTTEN_MS);
    const heap = ((await gateway.heapBytes()) - before.heap) / HANDSETS;
    const resident = (gateway.residentBytes() - before.resident) / HANDSETS;
    say(`memory of a handset: ${heap.toFixed(0)} bytes of heap, ${resident.toFixed(0)} bytes resident`);
    [messages, carried] = [0, 0];
    const spread = spreadOf(await keepAlives(handsets));
    say(`keep-alives at ${PER_SECOND}/s: ${inWords(spread)}`);
    say(`to SAP 2: ${messages} messages for ${carried} of them, 1/${(carried / messages).toFixed(0)}`);
  } finally {
    await handsets.close();
    gateway.child.kill('SIGTERM');
    await once(gateway.child, 'exit');
    await sap2.stop();
    rmSync(folder, { recursive: true });
  }
}

await benchGateway();
