import { type DecodedMessage, decodeSsp, encodeSsp, type SspMessage } from '@sap2/ssp-wire';
import { SspError } from './ssp-error.js';

export function toXml(message: SspMessage): string {
  const encoded = encodeSsp(message);
  return typeof encoded === 'string' ? encoded : Buffer.from(encoded).toString('utf8');
}

/** @throws SspError `not-the-binding` */
export function fromXml(xml: string): DecodedMessage {
  const decoded = decodeSsp(Buffer.from(xml, 'utf8'));
  if (!decoded.ok) {
    throw new SspError(
      'not-the-binding',
      `Not an SSP document (${decoded.error.reason}): ${decoded.error.detail}`,
    );
  }
  return decoded.value;
}
