const PIECE = /"([^"]*)"|([0-9A-F]{2})(?![^\s"])|;[^\n]*|(\S)/g;

/** Octets from their text: hexadecimal pairs, ASCII in quotes, and comments behind a semicolon. */
export function readWbxmlText(text: string): Buffer {
  const pieces = Array.from(text.matchAll(PIECE), ([piece, ascii, hex, odd]) => {
    if (odd !== undefined) throw new Error(`Neither octets nor a quoted text at ${piece}`);
    return ascii === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(ascii, 'latin1');
  });
  return Buffer.concat(pieces);
}
