import { err, ok, type Result } from '@sap2/kernel';
import { IGNORED, type Frame } from './frame.js';
import type { WireLimits } from './limits.js';
import { lineOfElement, scanMarkup } from './markup-scan.js';
import type { WireFault } from './messages.js';
import { readText } from './preflight.js';
import { SaxReader } from './sax-reader.js';

/** What becomes of a document: a value, or why it is not this schema. The fault counts where both came. */
export class Outcome<T> {
  value: T | undefined;
  fault: string | undefined;

  take(value: T): void {
    this.value = value;
  }

  refuse(why: string): Frame {
    this.fault ??= why;
    return IGNORED;
  }
}

/**
 * Bytes through the checks and the parser into the frame that `open` gives for what the root stands in. Yields every
 * few milliseconds, so that the caller may let others have their turn.
 */
export function* readDocument<T>(
  bytes: Uint8Array,
  limits: WireLimits,
  open: (outcome: Outcome<T>) => Frame,
): Generator<void, Result<T, WireFault>, void> {
  const text = readText(bytes, limits.maxBytes);
  if (!text.ok) return text;
  const cuts = scanMarkup(text.value, limits);
  if (!cuts.ok) return cuts;
  const outcome = new Outcome<T>();
  const reader = new SaxReader(open(outcome), () => outcome.fault !== undefined);
  let from = 0;
  for (const to of cuts.value) {
    if (from > 0) yield;
    reader.push(text.value.slice(from, to), to === text.value.length);
    from = to;
    if (reader.done) break;
  }
  return verdict(text.value, reader, outcome);
}

/** What was wrong first; a line is that of the start tag read last. */
function verdict<T>(text: string, reader: SaxReader, { value, fault }: Outcome<T>): Result<T, WireFault> {
  if (fault === undefined && reader.complaint === undefined && value !== undefined) return ok(value);
  const line = lineOfElement(text, reader.elements);
  return fault === undefined
    ? err({ reason: 'not-well-formed', detail: `${reader.complaint ?? 'no end'}, near line ${line}` })
    : err({ reason: 'not-this-schema', detail: `${fault}, line ${line}` });
}
