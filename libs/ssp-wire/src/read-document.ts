import { err, ok, type Result } from '@sap2/kernel';
import { IGNORED, type Frame } from './frame.js';
import type { WireLimits } from './limits.js';
import { lineOfElement, scanMarkup } from './markup-scan.js';
import type { WireFault } from './messages.js';
import { readText } from './preflight.js';
import { SaxReader } from './sax-reader.js';

/** What becomes of a document: a value, or why it is not this schema. The first refusal stands. */
export class Outcome<T> {
  refused = false;
  result: Result<T, string> = err('there is nothing in it');

  take(value: T): void {
    if (!this.refused) this.result = ok(value);
  }

  refuse(why: string): Frame {
    if (!this.refused) this.result = err(why);
    this.refused = true;
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
  const reader = new SaxReader(open(outcome), () => outcome.refused);
  let from = 0;
  for (const to of cuts.value) {
    if (cuts.value.length > 1) yield;
    reader.push(text.value.slice(from, to), to === text.value.length);
    from = to;
    if (reader.done) break;
  }
  return verdict(text.value, reader, outcome.result);
}

/** Where something is wrong, the line is that of the start tag read last. */
function verdict<T>(text: string, reader: SaxReader, result: Result<T, string>): Result<T, WireFault> {
  const line = (): string => `line ${lineOfElement(text, reader.elements)}`;
  if (reader.complaint !== undefined)
    return err({ reason: 'not-well-formed', detail: `${reader.complaint}, near ${line()}` });
  return result.ok ? result : err({ reason: 'not-this-schema', detail: `${result.error}, ${line()}` });
}
