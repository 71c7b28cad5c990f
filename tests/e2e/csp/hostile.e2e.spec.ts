import { afterAll, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import {
  CSP_MEDIA_TYPES,
  CSP_VERSIONS,
  type CspEncoding,
  type CspPrimitive,
  type CspVersion,
} from '@sap2/csp-wire';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';
import { until } from '../../support/service/until.js';

const LONG_MS = 300_000;
const HALF_OPEN = 300;
const AT_ONCE = 50;
const limits = { perAddressPerS: 1_000_000, perUserPerS: 1_000_000, headerTimeoutMs: 1_000 };
/** Far more than the time for a header, and less than Node takes by itself. */
const SOON_MS = 20_000;
const world = gatewayWorldForThisFile({ front: { port: 0, longPollS: 0, limits } });
const sockets: Socket[] = [];

afterAll(() => {
  for (const socket of sockets) socket.destroy();
});

/** Version 1.2, public identifier 0x11, UTF-8, and a string table of this length. */
const head = (tableLength: readonly number[]): readonly number[] => [0x03, 0x11, 0x6a, ...tableLength];
const HUGE = [0x8f, 0xff, 0xff, 0xff, 0x7f];
const TAG_WITH_CONTENT = 0x49;

const BINARY: Readonly<Record<string, readonly number[]>> = {
  'a string table longer than the message': head(HUGE),
  'a number of six octets': head([0x8f, 0xff, 0xff, 0xff, 0xff, 0x7f]),
  'an opaque longer than the message': [...head([0]), TAG_WITH_CONTENT, 0xc3, ...HUGE],
  'a reference outside the string table': [...head([2, 0x41, 0]), TAG_WITH_CONTENT, 0x83, 0x70, 0x01],
  'literal tags that refer to each other': [...head([2, 0x44, 0]), 0x44, 0, 0x44, 0, 0x44, 1, 0x01],
  'a thousand elements in each other': [
    ...head([0]),
    ...Array.from({ length: 1_000 }, () => TAG_WITH_CONTENT),
  ],
  'switches of pages without an end': [
    ...head([0]),
    ...Array.from({ length: 30_000 }, (_, i) => (i % 2 === 0 ? 0 : 1)),
  ],
  'an identifier in a string table that does not exist': [0x03, 0, 0x7f, 0x6a, 0],
};

const XML: Readonly<Record<string, string>> = {
  'ten thousand elements in each other': '<a>'.repeat(10_000),
  'a document type with entities': `<!DOCTYPE a [<!ENTITY b "${'b'.repeat(1_000)}">]><a>${'&b;'.repeat(1_000)}</a>`,
  'an attribute of 60 000 characters': `<a b="${'x'.repeat(60_000)}"/>`,
  '4 500 attributes': `<a ${Array.from({ length: 4_500 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
};

const statusOf = async (encoding: 'xml' | 'wbxml', body: Uint8Array): Promise<number> => {
  const answer = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': CSP_MEDIA_TYPES[encoding] },
    body: Buffer.from(body),
  });
  await answer.arrayBuffer();
  return answer.status;
};

interface Sent {
  readonly encoding: CspEncoding;
  readonly bytes: Uint8Array;
}

function messagesOf(version: CspVersion, encoding: CspEncoding): readonly Sent[] {
  const handset = world.newHandset({ version, encoding });
  const primitives: readonly CspPrimitive[] = [
    handset.loginRequest({ scheme: 'password', password: 'wrong' }),
    { kind: 'KeepAlive-Request', timeToLive: 600 },
    { kind: 'Polling-Request' },
    { kind: 'other', name: 'GetPresence-Request' },
  ];
  return primitives.map((primitive) => ({ encoding, bytes: handset.request(primitive, 'no-such-session') }));
}

const cutAnywhere = ({ encoding, bytes }: Sent): readonly Sent[] =>
  Array.from({ length: bytes.length }, (_, to) => ({ encoding, bytes: bytes.subarray(0, to) }));

/** What every handset may expect meanwhile. */
async function expectServed(): Promise<void> {
  const handset = world.newHandset();
  expect(await handset.login()).toBe(200);
  expect(await handset.keepAlive()).toBe(200);
}

describe('a front beside hostile senders', () => {
  it.each(Object.entries(BINARY))('refuses binary XML with %s', async (_name, bytes) => {
    expect(await statusOf('wbxml', Uint8Array.from(bytes))).toBe(400);
  });

  it.each(Object.entries(XML))('refuses XML with %s', async (_name, text) => {
    // Too many pieces are too much, as too many bytes are.
    expect([400, 413]).toContain(await statusOf('xml', Buffer.from(text)));
  });

  it(
    'answers each message that is cut at each of its bytes, and still serves a handset',
    async () => {
      const chosen = CSP_VERSIONS.flatMap((version) =>
        (['xml', 'wbxml'] as const).flatMap((encoding) => messagesOf(version, encoding).flatMap(cutAnywhere)),
      );
      const seen = new Set<number>();
      let next = 0;
      const work = async (): Promise<void> => {
        for (let one = chosen[next++]; one !== undefined; one = chosen[next++]) {
          seen.add(await statusOf(one.encoding, one.bytes));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(chosen.length).toBeGreaterThan(1_000);
      expect([...seen].filter((status) => status !== 400 && status !== 200)).toEqual([]);
      await expectServed();
    },
    LONG_MS,
  );

  it(
    'serves a handset beside 300 connections that never end their request',
    async () => {
      const { port } = new URL(world.url);
      const isHalfOpen = async (): Promise<void> => {
        const socket = connect(Number(port), '127.0.0.1')
          .on('error', () => undefined)
          .resume();
        sockets.push(socket);
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write('POST /csp HTTP/1.1\r\nHost: front\r\nContent-Length: 60000\r\n');
      };
      await Promise.all(Array.from({ length: HALF_OPEN }, isHalfOpen));
      await expectServed();
      // The time for a header is over at some point, and the front closes what is still half open.
      const sinceMs = performance.now();
      await until('their end', () => sockets.every(({ readyState }) => readyState === 'closed'));
      expect(performance.now() - sinceMs).toBeLessThan(SOON_MS);
      await expectServed();
    },
    LONG_MS,
  );
});
