import { isDeepStrictEqual } from 'node:util';
import {
  decodeSsp,
  encodeSsp,
  SSP,
  SSP_NAMESPACES,
  type RequestPrimitive,
  type SspMessage,
} from '@sap2/ssp-wire';
import { DEFAULT_WIRE_LIMITS, inOneGo, readByLibrary } from '@sap2/xml-codec';
import { say } from './figures.js';
import { byParseXml, bySaxes, type Read } from './other-xml-readers.js';

const ROUNDS = Number(process.argv[2] ?? 25);
/** Until everything is compiled. */
const WARM_UP_ROUNDS = 10;
/** What one reader gets through before it is the turn of the next one. */
const BYTES_PER_TURN = 400_000;

const metaInfo = {
  clientOriginated: true,
  requestor: {
    serviceID: 'wv:@operator.example',
    user: {
      userID: 'wv:alice.someone@provider.example',
      clientID: {
        url: 'phone-1.handset@operator.example',
        msisdn: undefined,
        text: undefined,
        applicationID: 'application.example',
      },
    },
  },
};

const request = (primitive: RequestPrimitive): SspMessage => ({
  kind: 'session',
  namespace: SSP_NAMESPACES[0],
  sessionID: '9f2c5d0e7a31@operator.example',
  transactions: [{ mode: 'Request', transactionID: 'e7-42', primitive }],
});

const sessionId = (n: number): string => `07Kq3ZtV9xWm2LbN5cRfYh8PdSaG${String(n).padStart(4, '0')}`;

const batch = (count: number): SspMessage =>
  request({
    kind: 'UserKeepAliveRequest',
    metaInfo,
    form: {
      type: 'batch',
      entries: Array.from({ length: count }, (_, n) => ({ userSessionID: sessionId(n), timeToLive: 3600 })),
    },
  });

const MESSAGES: Readonly<Record<string, SspMessage>> = {
  'keep-alive': request({
    kind: 'UserKeepAliveRequest',
    metaInfo,
    form: { type: 'single', userSessionID: sessionId(1), timeToLive: 3600 },
  }),
  'login, phase 2': request({
    kind: 'UserLoginRequest',
    metaInfo,
    timeToLive: 3600,
    userSessionID: undefined,
    sessionCookie: 'cookie-1234567890',
    cspVersion: '1.3',
    sapEpoch: 'e-1',
    credential: {
      scheme: 'digest',
      nonce: 'Tm9uY2VOb25jZU5vbmNlMTIzNA==',
      digestSchema: 'SHA',
      digestBytes: 'qUqP5cyxm6YcTAhz05Hph5gvu9M=',
    },
    functions: [{ name: 'WVCSPFeat', children: [{ name: 'PresenceFeat', children: [] }] }],
    capabilityList: undefined,
  }),
  'batch of 50': batch(50),
  'batch of 1000': batch(1_000),
};

const byCodec: Read = (bytes) => {
  const decoded = decodeSsp(bytes);
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
};

const byLibrary: Read = (bytes) => {
  const decoded = inOneGo(readByLibrary(bytes, DEFAULT_WIRE_LIMITS, SSP));
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
};

const READERS: Readonly<Record<string, Read>> = {
  libxmljs2: byLibrary,
  saxes: bySaxes(SSP),
  'parse-xml': byParseXml(SSP),
  'our own': byCodec,
};

/** Microseconds of the processor for each call. */
function cost(work: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let left = calls; left > 0; left--) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const median = (figures: readonly number[]): number =>
  Float64Array.from(figures).toSorted()[Math.floor(figures.length / 2)] ?? NaN;

/** `npm run bench -- decode [rounds]`: a message through each XML reader, the readers taking turns. */
function benchDecode(): void {
  const names = [...Object.keys(READERS), 'encode'];
  say(`microseconds of the processor for each message, medians of ${ROUNDS} rounds\n`);
  say(`${''.padEnd(26)}${names.map((name) => name.padStart(11)).join('')}   libxmljs2 ÷ our own`);
  for (const [what, message] of Object.entries(MESSAGES)) {
    const text = encodeSsp(message);
    const bytes = new TextEncoder().encode(text);
    const works = Object.entries(READERS).map(([name, read]) => {
      if (!isDeepStrictEqual(read(bytes), message))
        throw new Error(`${name} reads ${what} as something else`);
      return () => read(bytes);
    });
    const figures = [...works, () => encodeSsp(message)].map((work) => ({ work, costs: [] as number[] }));
    const calls = Math.ceil(BYTES_PER_TURN / bytes.length);
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
      for (const { work, costs } of figures) {
        const microseconds = cost(work, calls);
        if (round >= 0) costs.push(microseconds);
      }
    const medians = figures.map(({ costs }) => median(costs));
    const ratio = (medians[0] ?? NaN) / (medians[names.indexOf('our own')] ?? NaN);
    const label = `${what}, ${bytes.length} bytes`;
    say(
      `${label.padEnd(26)}${medians.map((one) => one.toFixed(1).padStart(11)).join('')}${ratio.toFixed(2).padStart(12)}`,
    );
  }
}

benchDecode();
