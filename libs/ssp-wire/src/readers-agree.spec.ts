import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_WIRE_LIMITS,
  type Dialect,
  type Frame,
  inOneGo,
  readByLibrary,
  readPlainly,
} from '@sap2/xml-codec';
import { SeededRandomness } from '@sap2/test-support';
import { decodeSsp, SSP } from './decode.js';
import { encodeSsp } from './encode.js';
import { sspMessage } from './messages.fixture.js';
import { SSP_NAMESPACES } from './messages.js';
import { damaged, type Dice, respelt } from './odd-documents.fixture.js';
import { vectors } from './vectors.fixture.js';

/** `npm run test:readers` sets both; a failure names its document by its number, and the seed makes it again. */
const DOCUMENTS = Number(process.env['TEST_DOCUMENTS'] ?? 10_000);
const SEED = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Takes down all that a reader says, also of elements that no table knows. */
const RECORD: Dialect<string> = {
  namespaces: new Set(SSP_NAMESPACES),
  open: (outcome) => {
    const record: unknown[] = [];
    let run = '';
    const add = (...events: unknown[]): void => {
      if (run !== '') record.push(run);
      run = '';
      record.push(...events);
    };
    const frame: Frame = {
      child: (name, home, attributes, namespace) => {
        add({
          name,
          home,
          namespace,
          attributes: attributes.map((one) => [one.name, one.namespace, one.value]),
        });
        return frame;
      },
      text: (chunk) => (run += chunk),
      close: () => {
        add('/');
        outcome.take(JSON.stringify(record));
      },
    };
    return frame;
  },
};

interface Tally {
  documents: number;
  /** Which our own reader took. Of all others only the library says what they are. */
  plain: number;
}

/** What our own reader takes, the library takes too, with the same events and the same message. */
function expectAgreement(bytes: Uint8Array, tally: Tally): void {
  tally.documents++;
  const events = inOneGo(readPlainly(bytes, DEFAULT_WIRE_LIMITS, RECORD));
  if (events === undefined) return;
  tally.plain++;
  expectSame(tally.documents, bytes, events, inOneGo(readByLibrary(bytes, DEFAULT_WIRE_LIMITS, RECORD)));
  const message = inOneGo(readPlainly(bytes, DEFAULT_WIRE_LIMITS, SSP));
  if (message === undefined) return;
  expectSame(tally.documents, bytes, message, inOneGo(readByLibrary(bytes, DEFAULT_WIRE_LIMITS, SSP)));
}

/** The words of `expect` would take minutes to compare long texts sign by sign. */
function expectSame(number: number, bytes: Uint8Array, ours: unknown, library: unknown): void {
  const [one, other] = [JSON.stringify(ours), JSON.stringify(library)];
  if (one === other) return;
  const text = JSON.stringify(new TextDecoder().decode(bytes));
  throw new Error(
    `document ${number} of seed ${SEED}: ${text}\nour own reader: ${one}\nthe library: ${other}`,
  );
}

function throughAll(documents: number, next: () => Uint8Array): Tally {
  const tally: Tally = { documents: 0, plain: 0 };
  while (tally.documents < documents) expectAgreement(next(), tally);
  return tally;
}

const tell = (what: string, { documents, plain }: Tally): boolean =>
  process.stdout.write(
    `${what}, TEST_SEED=${SEED}: ${documents} documents, ${plain} read by both, 0 disagreements\n`,
  );

describe('our own reader and the XML library', () => {
  const randomness = new SeededRandomness(SEED || 1);
  const dice: Dice = (n) => Math.floor(randomness.fraction() * n);
  const generated = fc
    .sample(sspMessage, { seed: SEED, numRuns: 400 })
    .map(encodeSsp)
    .filter((text) => text.length < 3_000);
  const texts = [...generated, ...vectors.map(({ bytes }) => new TextDecoder().decode(bytes))];
  const all = [
    ...vectors.map(({ bytes }) => bytes),
    ...generated.map((text) => new TextEncoder().encode(text)),
  ];
  const plainly = (bytes: Uint8Array): unknown => inOneGo(readPlainly(bytes, DEFAULT_WIRE_LIMITS, RECORD));
  const mostlyPlain = [all, ...Array.from({ length: 3 }, () => all.filter(plainly))];
  const any = <T>(from: readonly T[]): T => from[dice(from.length)] as T;
  const patience = 60_000 + DOCUMENTS * 5;

  it('say the same of every vector', () => {
    const documents = [...all];
    const tally = throughAll(all.length, () => documents.pop() ?? new Uint8Array());
    expect(tally.plain).toBeGreaterThan(tally.documents / 4);
  });

  it(
    'say the same of documents in any spelling',
    () => {
      const tally = throughAll(DOCUMENTS, () => new TextEncoder().encode(respelt(any(texts), dice)));
      tell('spellings', tally);
      expect(tally.plain).toBeGreaterThan(tally.documents / 10);
    },
    patience,
  );

  it(
    'say the same of damaged documents',
    () => {
      const tally = throughAll(DOCUMENTS, () => damaged(any(any(mostlyPlain)), all, dice));
      tell('damages', tally);
      expect(tally.plain).toBeGreaterThan(tally.documents / 100);
    },
    patience,
  );

  it('are asked in this order: the library says what our own reader does not take', () => {
    const words = all.map((bytes) => {
      const plain = inOneGo(readPlainly(bytes, DEFAULT_WIRE_LIMITS, SSP));
      const library = inOneGo(readByLibrary(bytes, DEFAULT_WIRE_LIMITS, SSP));
      expect(decodeSsp(bytes)).toStrictEqual(library);
      expect(plain ?? library).toStrictEqual(library);
      return plain === undefined ? 'library' : 'plain';
    });
    expect(new Set(words)).toEqual(new Set(['library', 'plain']));
  });
});
