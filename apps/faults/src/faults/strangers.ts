import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type SetupPrimitive, SSP_NAMESPACES } from '@sap2/ssp-wire';
import { postSsp, toXml } from '../../../sap1/src/index.js';
import type { Fault } from '../fault.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';
import { attemptsDuring } from './meanwhile.js';

const HALF_OPEN = 100;
const ENDLESS_BODIES = { ci: 200, full: 500 } as const;
const CONNECTIONS = { ci: 500, full: 2_000 } as const;
const LASTS_MS = { ci: 6_000, full: 30_000 } as const;
const HONEST_SET_UPS = 5;
const SET_UP_WITHIN_MS = 30_000;
const STRANGERS_DEADLINE_MS = 10_000;
const BODY_BYTES = 1024 * 1024;
/** Of one process, for all that strangers hold open. */
const MEMORY_MIB = 256;

/** One message of a set-up by a sender without the secret. Any result is fine. */
async function strangerSays(url: string, transactionID: string, primitive: SetupPrimitive): Promise<void> {
  const message = {
    kind: 'setup',
    namespace: SSP_NAMESPACES[0],
    mode: 'Request',
    transactionID,
    primitive,
  } as const;
  await postSsp(url, toXml(message), STRANGERS_DEADLINE_MS).catch(() => undefined);
}

const hello = (serviceID: string): SetupPrimitive => ({
  kind: 'SendSecretToken',
  serviceID,
  protocol: 'WV-SSP',
  protocolVersion: '1.3',
  secretToken: 'a-token-of-a-stranger-0123456789',
  encoding: undefined,
});

const wrongProof = (serviceID: string): SetupPrimitive => ({
  kind: 'LoginRequest',
  serviceID,
  timeToLive: 86_400,
  passwordDigest: { digestSchema: 'HMAC-SHA-256', value: Buffer.alloc(32, 1).toString('base64') },
});

const welcome: SetupPrimitive = {
  kind: 'LoginResponse',
  sessionID: 'a-session-of-a-stranger@one.example',
  timeToLive: 86_400,
  status: { code: 200, description: undefined, detailedResults: [], tryAgainTimeoutS: undefined },
  passwordDigest: { digestSchema: 'HMAC-SHA-256', value: Buffer.alloc(32, 1).toString('base64') },
};

async function open(url: string, count: number, first: string): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname);
      // Being closed is one of the answers that a stranger may get.
      socket.on('error', () => undefined);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      if (first !== '') socket.write(first);
      return socket;
    }),
  );
}

const UNFINISHED = [
  'POST /ssp HTTP/1.1',
  'Host: sap2',
  'Content-Type: application/vnd.wv.ssp+xml',
  `Content-Length: ${BODY_BYTES}`,
  '',
  'x'.repeat(BODY_BYTES - 1),
].join('\r\n');

async function memoryMiB(pid: number): Promise<number> {
  const kib = /^VmRSS:\s+(\d+) kB$/mu.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/**
 * The peer sets up a session. Before each of its messages, a stranger who has seen its transactionID sends one.
 */
async function setUpDespite(world: World, url: string): Promise<void> {
  const peer = world.sap1(0);
  await until('an honest peer sets up', SET_UP_WITHIN_MS, () =>
    peer
      .setUpAnew(0, async (transactionID) => {
        for (const primitive of [hello(peer.serviceID), wrongProof(peer.serviceID), welcome]) {
          await strangerSays(url, transactionID, primitive);
        }
      })
      .then(
        () => true,
        () => false,
      ),
  );
}

export const strangers: Fault = {
  id: 'F17',
  what: 'strangers: half-open set-ups, wrong proofs, bodies that never end, thousands of connections',
  inCi: true,
  inject: async (world, scale) => {
    const { sspUrl, pid } = world.process(0);
    const { serviceID } = world.sap1(0);
    const before = await memoryMiB(pid);
    const fromMs = Date.now();
    const sockets = [
      ...(await open(sspUrl, ENDLESS_BODIES[scale], UNFINISHED)),
      ...(await open(sspUrl, CONNECTIONS[scale], '')),
    ];
    try {
      await Promise.all(
        Array.from({ length: HALF_OPEN }, (_, i) => strangerSays(sspUrl, `stranger-${i}`, hello(serviceID))),
      );
      for (let times = 0; times < HONEST_SET_UPS; times += 1) await setUpDespite(world, sspUrl);
      await pause(LASTS_MS[scale]);
      const grown = (await memoryMiB(pid)) - before;
      world.expect(grown < MEMORY_MIB, `strangers cost ${Math.round(grown)} MiB of memory`);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    const served = attemptsDuring(world, fromMs, Date.now()).filter(
      ({ process, outcome }) => process === 0 && outcome.kind === 'answered' && outcome.code !== 503,
    );
    world.expect(served.length > 0, 'no peer was served beside the strangers');
    await world.heal();
  },
};
