import { describe, expect, it } from '@jest/globals';
import { type CspEncoding, decodeCsp } from './index.js';

const LENGTH = 64 * 1024;

const xml = (content: string): Buffer =>
  Buffer.from(
    `<WV-CSP-Message xmlns="http://www.openmobilealliance.org/DTD/WV-CSP1.2"><Session><SessionDescriptor><SessionType>Outband</SessionType></SessionDescriptor><Transaction><TransactionDescriptor><TransactionMode>Request</TransactionMode></TransactionDescriptor><TransactionContent>${content}</TransactionContent></Transaction></Session></WV-CSP-Message>`,
  );

/** As much of it as fits. */
const xmlOf = (piece: string, before = '', after = ''): Buffer =>
  xml(before + piece.repeat(Math.floor((LENGTH - 700) / Buffer.byteLength(piece))) + after);

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const ENVELOPE = hex('C9 08 03 31 2E 32 00 01 6D 6E 70 80 19 01 01 72 74 76 80 20 01 01 73');
const ENDS = hex('01 01 01 01');

/** A message with this content, and with a string table of so many octets. */
const wbxml = (content: Buffer, table = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    hex('03 11 6A'),
    hex('80 80 80 80 00').map((octet, at) => octet + ((table.length >> (7 * (4 - at))) & 0x7f)),
    table,
    ENVELOPE,
    content,
    ENDS,
  ]);

const wbxmlOf = (piece: string, before = '', after = ''): Buffer => {
  const octets = hex(piece);
  const times = Math.floor((LENGTH - 100) / octets.length);
  return wbxml(Buffer.concat([hex(before), Buffer.alloc(octets.length * times, octets), hex(after)]));
};

function durationMs(bytes: Uint8Array, encoding: CspEncoding): number {
  const before = process.cpuUsage();
  decodeCsp(bytes, encoding);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * A machine that runs tests also compiles, collects garbage and counts coverage. This limit only separates linear
 * work from exploding work.
 */
const GENEROUS_MS = 500;

describe('the longest hostile message', () => {
  it.each<[string, CspEncoding, Buffer]>([
    ['elements', 'xml', xmlOf('<a/>')],
    ['elements, as many as are allowed', 'xml', xml('<a/>'.repeat(2_900))],
    ['transactions', 'xml', xmlOf('<Transaction/>', '</TransactionContent></Transaction>')],
    ['capabilities', 'xml', xmlOf('<URL>a</URL>', '<ClientCapability-Request><CapabilityList>')],
    [
      'functions',
      'xml',
      xmlOf('<A><B/></A>', '<Service-Request><Functions>', '</Functions></Service-Request>'),
    ],
    ['attributes', 'xml', xmlOf(' a=""', '<a', '/>')],
    ['references', 'xml', xmlOf('&#65;')],
    ['a text', 'xml', xmlOf('x', '<Login-Request><UserID>', '</UserID></Login-Request>')],
    [
      'a description',
      'xml',
      xmlOf('ñ ', '<Status><Result><Description>', '</Description></Result></Status>'),
    ],
    ['schemas', 'xml', xmlOf('a,', '<Login-Request><DigestSchema>', '</DigestSchema></Login-Request>')],
    ['a comment', 'xml', xmlOf('-x', '<!--', '-->')],
    ['open angles', 'xml', Buffer.alloc(LENGTH, '<')],
    ['depth', 'xml', xmlOf('<a>')],
    ['empty tags', 'wbxml', wbxmlOf('05')],
    ['empty tags, as many as are allowed', 'wbxml', wbxml(Buffer.alloc(2_900, 0x05))],
    ['depth', 'wbxml', wbxmlOf('45')],
    ['ends', 'wbxml', wbxmlOf('01')],
    ['changes of the page', 'wbxml', wbxmlOf('00 05')],
    ['value tokens', 'wbxml', wbxmlOf('80 2C', '00 01 5D 00 00 7A')],
    ['entities', 'wbxml', wbxmlOf('02 41', '00 01 5D 00 00 7A')],
    ['extensions', 'wbxml', wbxmlOf('C0')],
    ['octets', 'wbxml', wbxmlOf('C3 00', '00 01 5D 00 00 7A')],
    ['strings', 'wbxml', wbxmlOf('03 00', '00 01 5D 00 00 7A')],
    ['one string', 'wbxml', wbxmlOf('61', '00 01 5D 00 00 7A 03', '00 01 01')],
    ['instructions', 'wbxml', wbxmlOf('43 01')],
    ['attributes', 'wbxml', wbxmlOf('05', '85', '01')],
    ['numbers without an end', 'wbxml', wbxmlOf('80 FF FF FF FF FF')],
    ['lengths', 'wbxml', wbxmlOf('C3 8F FF FF FF 7F')],
    [
      'references to one long string',
      'wbxml',
      wbxml(Buffer.alloc(20_000, hex('83 00')), Buffer.concat([Buffer.alloc(30_000, 'x'), hex('00')])),
    ],
    [
      'references to tags with a long name',
      'wbxml',
      wbxml(Buffer.alloc(20_000, hex('04 00')), Buffer.concat([Buffer.alloc(30_000, 'x'), hex('00')])),
    ],
    ['an empty string table', 'wbxml', wbxml(hex('83 00'), Buffer.alloc(60_000))],
  ])('of %s in %s takes no long time', (_kind, encoding, bytes) => {
    expect(bytes.length).toBeLessThanOrEqual(LENGTH);
    expect(durationMs(bytes, encoding)).toBeLessThan(GENEROUS_MS);
  });
});

describe('limits', () => {
  const text = (length: number): Buffer =>
    Buffer.concat([hex('45 03'), Buffer.alloc(length, 'x'), hex('00 01')]);

  it.each<CspEncoding>(['xml', 'wbxml'])('one byte more is too large, whatever it is, in %s', (encoding) => {
    expect(decodeCsp(new Uint8Array(LENGTH + 1), encoding)).toMatchObject({ error: { reason: 'too-large' } });
  });

  it.each<[CspEncoding, Buffer]>([
    ['xml', xml('<a/>'.repeat(3_000))],
    ['wbxml', wbxml(Buffer.alloc(3_000, 0x05))],
  ])('so many elements are too many in %s', (encoding, bytes) => {
    expect(decodeCsp(bytes, encoding)).toMatchObject({ error: { reason: 'too-large' } });
  });

  it('no string of the table may be repeated beyond the length of a message', () => {
    const table = Buffer.concat([Buffer.alloc(1_000, 'x'), hex('00')]);
    const repeated = (times: number) =>
      decodeCsp(wbxml(Buffer.alloc(2 * times, hex('83 00')), table), 'wbxml');
    expect(repeated(60).ok).toBe(true);
    expect(repeated(70)).toMatchObject({ error: { reason: 'too-large', detail: 'too much text' } });
  });

  it('the caller may make them smaller', () => {
    const bytes = wbxml(text(10));
    expect(decodeCsp(bytes, 'wbxml', { maxBytes: bytes.length }).ok).toBe(true);
    expect(decodeCsp(bytes, 'wbxml', { maxBytes: bytes.length - 1 })).toMatchObject({
      error: { reason: 'too-large' },
    });
    expect(decodeCsp(bytes, 'wbxml', { maxDepth: 4 })).toMatchObject({ error: { reason: 'too-deep' } });
    expect(decodeCsp(bytes, 'wbxml', { maxPieces: 5 })).toMatchObject({ error: { reason: 'too-large' } });
  });
});
