import { entryRules, type ImportLine, USER_ENTRY } from '@sap2/administration';
import { type Line, linesOf } from '../http/ndjson.js';

/** A user with everything that can be said of it has some 1500 bytes. */
const MAX_LINE_BYTES = 8_192;

/** Each line that is not blank becomes an entry or a fault. A fault does not repeat the line. */
export async function* importLines(body: AsyncIterable<Buffer>): AsyncGenerator<ImportLine> {
  for await (const line of linesOf(body, MAX_LINE_BYTES)) yield readImportLine(line);
}

function readImportLine({ number: line, bytes }: Line): ImportLine {
  const unreadable = (detail: string): ImportLine => ({ line, kind: 'unreadable', detail });
  if (bytes === undefined) return unreadable(`is longer than ${MAX_LINE_BYTES} bytes`);
  const value = parsed(bytes);
  if (value === undefined) return unreadable('is not a JSON text in UTF-8');
  const entry = USER_ENTRY.safeParse(value.json, { error: entryRules.whatIsWrong });
  if (entry.success) return { line, kind: 'entry', entry: entry.data };
  const [issue] = entry.error.issues;
  if (issue?.code === 'unrecognized_keys') return unreadable('has a field that there is not');
  return unreadable(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function parsed(bytes: Buffer): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(UTF_8.decode(bytes)) as unknown };
  } catch {
    // Both say with what they could not go on, and that may be a password.
    return undefined;
  }
}
