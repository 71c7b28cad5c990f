import { describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS, decodeCsp, type DecodedCspMessage, encodeCsp, type CspMessage } from './index.js';
import { vectors } from './vectors.fixture.js';

type Decoded = ReturnType<typeof decodeCsp>;

/** Without the encoding, without fields that are undefined, and without the words of a fault. */
const plain = (decoded: Decoded): unknown =>
  decoded.ok
    ? JSON.parse(
        JSON.stringify(decoded.value, (key, value: unknown) =>
          key === 'detail' || key === 'encoding' ? undefined : value,
        ),
      )
    : { fault: decoded.error.reason };

const NOT_WRITTEN: ReadonlySet<string> = new Set(['faulty', 'unsupported-version']);
const isWhole = (message: DecodedCspMessage): message is CspMessage =>
  !NOT_WRITTEN.has(message.primitive.kind);

/** What stands behind their root may be left out. */
const WHOLE_BEFORE_THEIR_END: ReadonlySet<string> = new Set([
  'wbxml-extensions.txt, wbxml',
  'wbxml-refused-behind-root.txt, wbxml',
]);

describe.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
  const { bytes, encoding, expected } = vector;

  it('decodes as it says', () => {
    const decoded = decodeCsp(bytes, encoding);
    expect(plain(decoded)).toEqual(expected);
    expect(decoded.ok ? decoded.value.encoding : encoding).toBe(encoding);
  });

  it('is refused when its end is missing, wherever it ends', () => {
    const isRead = (_: unknown, length: number): boolean => decodeCsp(bytes.subarray(0, length), encoding).ok;
    const read = Array.from({ length: bytes.length }, isRead).includes(true);
    expect(read).toBe(WHOLE_BEFORE_THEIR_END.has(vector.name));
  });
});

describe('what a vector decodes to', () => {
  const messages = vectors.flatMap((vector) => {
    const decoded = decodeCsp(vector.bytes, vector.encoding);
    return decoded.ok && isWhole(decoded.value) ? [{ vector, message: decoded.value }] : [];
  });
  const written = messages.filter(({ vector }) => vector.written);

  it.each(written.map(({ vector, message }) => [vector.name, vector, message] as const))(
    'is written as %s has it',
    (_name, { bytes, encoding }, message) => {
      const text = encoding === 'xml' ? 'utf8' : 'hex';
      expect(encodeCsp(message).toString(text)).toBe(Buffer.from(bytes).toString(text));
    },
  );

  it('covers each primitive in both encodings, and each version', () => {
    const kinds = written.map(({ message }) => `${message.encoding} ${message.primitive.kind}`);
    expect(new Set(kinds).size).toBe(2 * 15);
    expect(new Set(written.map(({ message }) => message.version))).toEqual(new Set(CSP_VERSIONS));
  });
});
