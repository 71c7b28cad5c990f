/** Tokens that mean the same in each code page. */
export const TOKEN = {
  switchPage: 0x00,
  end: 0x01,
  entity: 0x02,
  inlineString: 0x03,
  literal: 0x04,
  extensionString0: 0x40,
  extensionString2: 0x42,
  instruction: 0x43,
  literalWithContent: 0x44,
  extensionNumber0: 0x80,
  extensionNumber2: 0x82,
  tableString: 0x83,
  literalWithAttributes: 0x84,
  extension0: 0xc0,
  extension2: 0xc2,
  opaque: 0xc3,
  literalWithBoth: 0xc4,
} as const;

/** Bits of a tag. */
export const HAS_CONTENT = 0x40;
export const HAS_ATTRIBUTES = 0x80;
export const TAG_BITS = 0x3f;

/** Attribute starts that declare a namespace; the version follows as text. */
export const NAMESPACE_STARTS: ReadonlyMap<number, string> = new Map([
  [0x05, 'http://www.wireless-village.org/CSP'],
  [0x06, 'http://www.wireless-village.org/PA'],
  [0x07, 'http://www.wireless-village.org/TRC'],
  [0x08, 'http://www.openmobilealliance.org/DTD/WV-CSP'],
  [0x09, 'http://www.openmobilealliance.org/DTD/WV-PA'],
  [0x0a, 'http://www.openmobilealliance.org/DTD/WV-TRC'],
  [0x0b, 'http://www.openmobilealliance.org/DTD/IMPS-CSP'],
  [0x0c, 'http://www.openmobilealliance.org/DTD/IMPS-PA'],
  [0x0d, 'http://www.openmobilealliance.org/DTD/IMPS-TRC'],
]);
