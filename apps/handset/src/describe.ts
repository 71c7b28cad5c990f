import type { DecodedCspMessage } from '@sap2/csp-wire';
import type { Leg } from './front-line.js';

const BYTES_IN_A_LINE = 16;
const SECRETS = new Set(['password', 'digestBytes', 'nonce']);

/** One line on a message: what it is and what it says. Passwords, digests and nonces do not appear. */
export function describeLeg({ from, message, bytes }: Leg): string {
  const arrow = from === 'handset' ? 'handset -> front' : 'front -> handset';
  if (message === undefined) return `${arrow}  nothing (an empty answer)`;
  return `${arrow}  ${nameOf(message)}${detailsOf(message)}  [CSP ${message.version}, ${bytes.length} bytes]`;
}

/** A primitive without a table is known by its name alone. */
const nameOf = ({ primitive }: DecodedCspMessage): string =>
  primitive.kind === 'other' ? primitive.name : primitive.kind;

function detailsOf({ primitive, poll }: DecodedCspMessage): string {
  const shown = primitive.kind === 'other' ? [] : [...flat(primitive)].filter(([name]) => name !== 'kind');
  if (poll === true) shown.push(['poll', 'T']);
  return shown.length === 0 ? '' : ` ${shown.map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

/** Values of the first levels; lists by their length. */
function* flat(value: object): Iterable<readonly [name: string, value: string]> {
  for (const [name, each] of Object.entries(value) as [string, unknown][]) {
    if (each === undefined) continue;
    if (SECRETS.has(name)) yield [name, '…'];
    else if (Array.isArray(each)) yield [name, `(${each.length})`];
    else if (typeof each === 'object' && each !== null) yield* flat(each);
    else yield [name, typeof each === 'string' ? each : JSON.stringify(each)];
  }
}

/** Bytes as people compare them: hexadecimal, with the plain letters beside. */
export function hexOf(bytes: Uint8Array, inALine = BYTES_IN_A_LINE): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += inALine) {
    const part = [...bytes.subarray(at, at + inALine)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${hex.padEnd(3 * inALine)} ${text}`);
  }
  return lines.join('\n');
}
