import { createHmac, timingSafeEqual } from 'node:crypto';

const NUMBER_BYTES = 8;
const MAC_BYTES = 4;
/** Five bits each; in the order of their codes, so that texts have the order of positions. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
const TEXT = /^[0-9A-V]{20}$/;

/**
 * Positions as readers see them: 20 characters that sort like the events. Only the service can make one, so a reader cannot
 * pass events with a position that it invented.
 */
export class Positions {
  /** `key`: 32 bytes, the same in every process of an installation. */
  constructor(private readonly key: Uint8Array) {}

  textOf(position: bigint): string {
    const number = Buffer.alloc(NUMBER_BYTES);
    number.writeBigInt64BE(position);
    return base32(Buffer.concat([number, this.mac(number)]));
  }

  /** Undefined: the service never gave this position. */
  read(text: string): bigint | undefined {
    if (!TEXT.test(text)) return undefined;
    const bytes = bytesOf(text);
    const number = bytes.subarray(0, NUMBER_BYTES);
    const mac = bytes.subarray(NUMBER_BYTES);
    return timingSafeEqual(mac, this.mac(number)) ? number.readBigInt64BE() : undefined;
  }

  private mac(number: Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(number).digest().subarray(0, MAC_BYTES);
  }
}

/** 12 bytes are 96 bits, which are 20 digits and leave 4 bits of the last digit. */
const BITS = BigInt((NUMBER_BYTES + MAC_BYTES) * 8);
const SPARE = 4n;

function base32(bytes: Buffer): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`) << SPARE;
  let text = '';
  while (text.length < 20) {
    text = `${DIGITS[Number(rest & 31n)]}${text}`;
    rest >>= 5n;
  }
  return text;
}

function bytesOf(text: string): Buffer {
  let value = 0n;
  for (const digit of text) value = (value << 5n) | BigInt(DIGITS.indexOf(digit));
  const hex = (value >> SPARE).toString(16).padStart(Number(BITS / 4n), '0');
  return Buffer.from(hex, 'hex');
}
