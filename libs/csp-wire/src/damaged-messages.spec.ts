import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandomness } from '@sap2/test-support';
import { damaged, type Dice, pick } from './damaged.fixture.js';
import { type CspEncoding, type CspMessage, decodeCsp, type DecodedCspMessage, encodeCsp } from './index.js';
import { cspMessage } from './messages.fixture.js';
import { vectors } from './vectors.fixture.js';

/** `npm run test:readers` sets both. A failure names its document by its number, and the seed makes it again. */
const DOCUMENTS = Number(process.env['TEST_DOCUMENTS'] ?? 5_000);
const SEED = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const REASONS: ReadonlySet<string> = new Set([
  'not-well-formed',
  'doctype',
  'encoding',
  'too-large',
  'too-deep',
  'not-this-schema',
]);
const ONE_LINE = /^[\w .,:-]{10,150}$/;

const isWhole = ({ primitive }: DecodedCspMessage): boolean =>
  primitive.kind === 'other'
    ? primitive.name !== ''
    : primitive.kind !== 'faulty' && primitive.kind !== 'unsupported-version';

const written = (message: CspMessage, encoding: CspEncoding): string => {
  const decoded = decodeCsp(encodeCsp({ ...message, encoding }), encoding);
  return JSON.stringify(decoded, (key, value: unknown) => (key === 'encoding' ? undefined : value));
};

/** What is wrong with the reader's word about a document; undefined: nothing. */
function complaint(bytes: Uint8Array, encoding: CspEncoding): string | undefined {
  const decoded = decodeCsp(bytes, encoding);
  if (!decoded.ok) {
    const { reason, detail } = decoded.error;
    return REASONS.has(reason) && ONE_LINE.test(detail) ? undefined : `it says ${reason}: ${detail}`;
  }
  if (!isWhole(decoded.value)) return undefined;
  const message = decoded.value as CspMessage;
  const [xml, wbxml] = [written(message, 'xml'), written(message, 'wbxml')];
  return xml === wbxml && xml.startsWith('{"ok":true') ? undefined : `written it is ${xml} or ${wbxml}`;
}

describe.each(['xml', 'wbxml'] as const)('damaged messages in %s', (encoding) => {
  const randomness = new SeededRandomness(SEED || 1);
  const dice: Dice = (n) => Math.floor(randomness.fraction() * n);
  const generated = fc
    .sample(cspMessage, { seed: SEED, numRuns: 300 })
    .map((message) => encodeCsp({ ...message, encoding }))
    .filter((bytes) => bytes.length < 2_000);
  const all = [
    ...generated,
    ...vectors.filter((vector) => vector.encoding === encoding).map(({ bytes }) => bytes),
  ].filter((bytes) => bytes.length > 0);

  it(
    'are read or refused in one line, and what is read can be written in both encodings',
    () => {
      let read = 0;
      for (let number = 1; number <= DOCUMENTS; number++) {
        const bytes = damaged(pick(dice, all), encoding, all, dice);
        const wrong = complaint(bytes, encoding);
        if (wrong !== undefined)
          throw new Error(
            `document ${number} of seed ${SEED}, ${Buffer.from(bytes).toString('hex')}: ${wrong}`,
          );
        if (decodeCsp(bytes, encoding).ok) read++;
      }
      process.stdout.write(`${encoding}, TEST_SEED=${SEED}: ${DOCUMENTS} documents, ${read} of them read\n`);
      expect(read).toBeGreaterThan(DOCUMENTS / 100);
    },
    60_000 + DOCUMENTS * 5,
  );
});
