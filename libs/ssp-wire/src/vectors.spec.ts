import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import libxml from 'libxmljs2';
import { decodeSsp, decodeSspInTurns, encodeSsp, sspSchemaText, type WireFault } from './index.js';
import { SSP_NAMESPACES, type DecodedMessage, type SspMessage } from './messages.js';
import { vectors } from './vectors.fixture.js';

const schemas = new Map(
  SSP_NAMESPACES.map((namespace) => [namespace, libxml.parseXml(sspSchemaText(namespace))]),
);

type Decoded = ReturnType<typeof decodeSsp>;

/** Without fields that are undefined and without the words of a fault, which are for people. */
const plain = (decoded: Decoded): unknown =>
  decoded.ok
    ? JSON.parse(
        JSON.stringify({ value: decoded.value }, (key, value: unknown) =>
          key === 'detail' ? undefined : value,
        ),
      )
    : { fault: decoded.error.reason };

const isWhole = (message: DecodedMessage): message is SspMessage =>
  message.kind === 'setup' || message.transactions.every((transaction) => !('fault' in transaction));

const isClean = (decoded: Decoded): boolean => decoded.ok && isWhole(decoded.value);

describe.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
  it('decodes as it says, in one go and in turns', async () => {
    const decoded = decodeSsp(vector.bytes);
    expect(plain(decoded)).toEqual(vector.expected);
    expect(await decodeSspInTurns(vector.bytes)).toStrictEqual(decoded);
  });

  it('is shown to the schema if it comes so far', () => {
    const decoded = decodeSsp(vector.bytes);
    const comesSoFar = decoded.ok || decoded.error.reason === 'not-this-schema';
    expect(vector.xsd !== undefined).toBe(comesSoFar);
  });
});

describe.each(
  vectors.filter((vector) => vector.xsd !== undefined).map((vector) => [vector.name, vector] as const),
)('%s and the schema', (_name, { bytes, xsd }) => {
  const [verdict, reason] = (xsd ?? '').split(': ');
  const decoded = decodeSsp(bytes);

  it('the schema says what the vector says', () => {
    const document = libxml.parseXml(new TextDecoder().decode(bytes));
    const schema = schemas.get(decoded.ok ? decoded.value.namespace : SSP_NAMESPACES[0]);
    expect(schema && document.validate(schema) ? 'valid' : 'invalid').toBe(verdict);
  });

  it('the codec says the same, unless there is a reason', () => {
    expect(isClean(decoded) === (verdict === 'valid')).toBe(reason === undefined);
  });
});

describe('what a vector decodes to', () => {
  const messages = vectors
    .map(({ bytes }) => decodeSsp(bytes))
    .flatMap((decoded) => (decoded.ok && isWhole(decoded.value) ? [decoded.value] : []));

  it('encodes and comes back', () => {
    for (const message of messages)
      expect(decodeSsp(new TextEncoder().encode(encodeSsp(message)))).toStrictEqual({
        ok: true,
        value: message,
      });
  });

  it('covers every primitive in both directions', () => {
    const kinds = messages.flatMap((message) =>
      message.kind === 'setup'
        ? [message.primitive.kind]
        : message.transactions.map((transaction) => transaction.primitive.kind),
    );
    expect(new Set(kinds).size).toBe(17);
  });
});

describe('a damaged vector', () => {
  const reasons: readonly WireFault['reason'][] = [
    'not-well-formed',
    'doctype',
    'encoding',
    'too-large',
    'too-deep',
    'not-this-schema',
  ];
  const FINE = { reason: 'not-this-schema', detail: 'not refused' } as const;
  const position = fc.double({ min: 0, max: 1, noNaN: true });
  const damage = fc.oneof(
    fc.record({ cut: fc.nat(40), insert: fc.constant(Buffer.alloc(0)) }),
    fc.record({
      cut: fc.constant(1),
      insert: fc.uint8Array({ maxLength: 4 }).map((octets) => Buffer.from(octets)),
    }),
    fc.record({
      cut: fc.nat(3),
      insert: fc
        .constantFrom(
          '<',
          '>',
          '&',
          '"',
          '&#x1F;',
          '&amp;',
          '<!DOCTYPE',
          ']]>',
          '<![CDATA[',
          '<!--',
          '-->',
          '\0',
          '<?x',
          ' xmlns=""',
          '<x/>',
          '</Transaction>',
        )
        .map((token) => Buffer.from(token)),
    }),
  );

  const damaged = (
    bytes: Uint8Array,
    at: number,
    { cut, insert }: { cut: number; insert: Buffer },
  ): Uint8Array => {
    const from = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + cut)]);
  };

  it('is decoded or refused in one line, and never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...vectors),
        fc.array(fc.tuple(position, damage), { minLength: 1, maxLength: 4 }),
        ({ bytes }, damages) => {
          const input = damages.reduce((octets, [at, how]) => damaged(octets, at, how), bytes);
          const decoded = decodeSsp(input);
          const { reason, detail } = decoded.ok ? FINE : decoded.error;
          expect(reasons).toContain(reason);
          expect(detail).toMatch(/^[\w .,:-]{10,150}$/);
        },
      ),
      { numRuns: 4000 },
    );
  });
});
