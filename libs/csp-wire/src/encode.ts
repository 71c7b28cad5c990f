import { Buffer } from 'node:buffer';
import { messageElement } from './envelope.js';
import type { CspMessage } from './messages.js';
import { writeWbxml } from './wbxml/wbxml-writer.js';

/**
 * The message in its version and encoding. The same message always gives the same bytes.
 *
 * @throws Error for an id that a handset could not read, or a message that is not whole: a caller's defect
 */
export function encodeCsp({ version, encoding, ...envelope }: CspMessage): Buffer {
  const xml = messageElement(version).write(envelope);
  return encoding === 'wbxml'
    ? writeWbxml(xml, version)
    : Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`, 'utf8');
}
