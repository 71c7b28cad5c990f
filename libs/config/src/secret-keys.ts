import { z } from 'zod';

/** A key of AES-256-GCM. `id` stands in front of what was encrypted with it. */
export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const KEY_BYTES = 32;
const ENTRY = /^(?<id>[A-Za-z0-9_-]{1,32}):(?<base64>[A-Za-z0-9+/]{43}=)$/;

/** Says which entry is wrong by its number: even a wrong entry may hold a good key. */
function faultIn(entries: readonly string[]): string | undefined {
  const ids = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const id = ENTRY.exec(entry)?.groups?.['id'];
    if (id === undefined) {
      const why = entry.includes(':') ? `is not id:base64 of ${KEY_BYTES} bytes` : 'has no id in front of it';
      return `is wrong: key ${index + 1} ${why}`;
    }
    if (ids.has(id)) return `is wrong: key ${index + 1} has the id of an earlier key`;
    ids.add(id);
  }
  return undefined;
}

function keyOf(entry: string): SecretKey {
  const colon = entry.indexOf(':');
  return { id: entry.slice(0, colon), key: Buffer.from(entry.slice(colon + 1), 'base64') };
}

/** `id:base64,id:base64…`; the first encrypts. */
export const secretKeys = z.string().transform((text, context): readonly SecretKey[] => {
  const entries = text.split(',').map((entry) => entry.trim());
  const fault = faultIn(entries);
  if (fault === undefined) return entries.map(keyOf);
  context.addIssue({ code: 'custom', message: fault, input: text });
  return z.NEVER;
});
