import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS, type CspEncoding, type CspVersion, type DecodedCspMessage } from '@sap2/csp-wire';
import { until } from '@sap2/test-support';
import { codeIn, type RawHandset } from '../../support/peers/raw-handset.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { OPERATOR } from '../../support/service/conformance-world.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile(
  (sspUrl) => ({
    front: { port: 0, longPollS: 30 },
    stcp: { port: 0 },
    providers: [
      {
        domain: 'provider.example',
        serviceID: 'wv:@provider.example',
        url: sspUrl,
        sharedSecret: OPERATOR.secret,
      },
      {
        domain: 'away.example',
        serviceID: 'wv:@away.example',
        url: 'http://127.0.0.1:1/ssp',
        sharedSecret: 'unused',
      },
    ],
  }),
  { SAP2_KEEP_ALIVE_MIN_S: '1', SAP2_KEEP_ALIVE_DEFAULT_S: '2', SAP2_KEEP_ALIVE_GRACE_S: '1' },
);

type Wish = { readonly version: CspVersion; readonly encoding: CspEncoding };
const ENCODINGS: readonly CspEncoding[] = ['xml', 'wbxml'];
const ROWS: readonly (readonly [CspVersion, CspEncoding])[] = CSP_VERSIONS.flatMap((version) =>
  ENCODINGS.map((encoding) => [version, encoding] as const),
);
/** Longer than a test: only the expiry has a short keep-alive time. */
const LONG_S = 600;

const isDisconnect = (message: DecodedCspMessage | undefined): number =>
  message?.primitive.kind === 'Disconnect' && message.mode === 'Request' ? codeIn(message) : 0;

async function loggedIn(handset: RawHandset): Promise<RawHandset> {
  expect(await handset.login(undefined, LONG_S)).toBe(200);
  return handset;
}

/** Waits until this poll waits at the gateway. */
async function pollThatWaits(handset: RawHandset) {
  const answer = handset.poll();
  await until('a poll that waits', async () => {
    const shown = await fetch(`${world.adminUrl}/sessions/${handset.sessionID?.slice(0, 12)}`);
    return ((await shown.json()) as { readonly isPollWaiting: boolean }).isPollWaiting;
  });
  return { answer };
}

async function byLongPoll(wish: Wish): Promise<number> {
  const handset = await loggedIn(world.newHandset(wish));
  const { answer } = await pollThatWaits(handset);
  await world.end(handset.sessionID ?? '');
  return isDisconnect(await answer);
}

/** Waits until the gateway knows of the end. An earlier keep-alive would bring it the end in its answer. */
async function heardOfTheEnd(handset: RawHandset): Promise<void> {
  const tag = handset.sessionID?.slice(0, 6) ?? '';
  await until('the end', () =>
    world.log.some((line) => line.includes('csp_session_ended') && line.includes(tag)),
  );
}

async function byPollFlag(wish: Wish): Promise<number> {
  const handset = await loggedIn(world.newHandset(wish));
  await world.end(handset.sessionID ?? '');
  await heardOfTheEnd(handset);
  const answer = await handset.say({ kind: 'KeepAlive-Request', timeToLive: LONG_S });
  expect(answer?.poll).toBe(true);
  return isDisconnect(await handset.poll());
}

async function byStcp(wish: Wish): Promise<number> {
  const handset = await loggedIn(world.newHandset(wish));
  const socket = connect(world.gateway.stcpPort ?? 0, '127.0.0.1');
  const lines: string[] = [];
  createInterface({ input: socket }).on('line', (line) => lines.push(line));
  await once(socket, 'connect');
  socket.write(`HELO ${handset.sessionID}\r\n`);
  await until('the greeting', () => lines.includes('OK'));
  await world.end(handset.sessionID ?? '');
  await until('the wake-up', () => lines.includes(`WVCI ${wish.version} cookie-of-handset`));
  socket.destroy();
  return isDisconnect(await handset.poll());
}

async function byTakeover(wish: Wish): Promise<number> {
  const first = await loggedIn(world.newHandset(wish));
  const { answer } = await pollThatWaits(first);
  const password = `${/user-\d+/u.exec(first.userID)?.[0]}-password`;
  await loggedIn(world.handset({ ...wish, userID: first.userID, client: first.client, password }));
  return isDisconnect(await answer);
}

async function byExpiry(wish: Wish): Promise<number> {
  const handset = world.newHandset(wish);
  expect(await handset.login()).toBe(200);
  await heardOfTheEnd(handset);
  return isDisconnect(await handset.poll());
}

async function suspended(wish: Wish): Promise<number> {
  const handset = world.newHandset(wish);
  const path = `/users/${encodeURIComponent(handset.userID)}/suspend`;
  const body = { reason: 'a test' };
  expect((await new AdminClient(world.service.adminUrl).ask('POST', path, { body })).status).toBe(200);
  return handset.login();
}

const of = (userID: string, wish: Wish): RawHandset => world.handset({ ...wish, userID, password: 'x' });

describe('every end and every refusal, in each version and encoding', () => {
  const printed: string[] = [];
  afterAll(() => void process.stdout.write(`${printed.join('\n')}\n`));

  it.each(ROWS)('%s %s', async (version, encoding) => {
    const wish = { version, encoding };
    const codes = {
      'long poll': await byLongPoll(wish),
      'Poll flag': await byPollFlag(wish),
      STCP: await byStcp(wish),
      takeover: await byTakeover(wish),
      expiry: await byExpiry(wish),
      suspended: await suspended(wish),
      'wrong password': await world.newHandset(wish).login('wrong'),
      'unknown user': await of(`wv:unknown-${version}-${encoding}@provider.example`, wish).login(),
      'SAP 2 away': await of('wv:alice@away.example', wish).login(),
    };
    const shown = Object.entries(codes).map(([cell, code]) => `${cell} ${code}`);
    printed.push([version, encoding.padEnd(5), ...shown].join('  '));
    expect(codes).toEqual({
      'long poll': 601,
      'Poll flag': 601,
      STCP: 601,
      takeover: 601,
      expiry: 600,
      suspended: 403,
      'wrong password': 409,
      'unknown user': 409,
      'SAP 2 away': 503,
    });
  });
});
