import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '@sap2/kernel';
import { IGNORED, type Frame } from './frame.js';
import type { WireLimits } from './limits.js';
import { lineOfElement, scanMarkup } from './markup-scan.js';
import { PlainReader, plainText } from './plain-reader.js';
import { NOT_PLAIN } from './plain-text.js';
import { readText } from './preflight.js';
import { SaxReader } from './sax-reader.js';
import type { WireFault } from './wire-fault.js';

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

/** Work that may be done in turns, and its result. */
export type Reading<T> = Generator<void, T, void>;

/** A kind of document: its namespaces, and the frame in which its root stands. */
export interface Dialect<T> {
  readonly namespaces: ReadonlySet<string | null>;
  open(outcome: Outcome<T>): Frame;
}

/**
 * Bytes through the checks and the parser into the frames of the dialect. It yields every few milliseconds, so that the
 * caller may let other work take its turn. It never throws, whatever the bytes are.
 */
export function* readDocument<T>(
  bytes: Uint8Array,
  limits: WireLimits,
  dialect: Dialect<T>,
): Reading<Result<T, WireFault>> {
  return (yield* readPlainly(bytes, limits, dialect)) ?? (yield* readByLibrary(bytes, limits, dialect));
}

/** By our own reader, which takes plain XML only: undefined where the XML library has to look. */
export function* readPlainly<T>(
  bytes: Uint8Array,
  limits: WireLimits,
  dialect: Dialect<T>,
): Reading<Result<T, WireFault> | undefined> {
  const text = plainText(bytes, limits);
  if (text === undefined) return undefined;
  const outcome = new Outcome<T>();
  try {
    const reader = new PlainReader(text, dialect.open(outcome), dialect.namespaces, limits);
    while (reader.turn() && !outcome.refused) yield;
  } catch (cause) {
    if (cause !== NOT_PLAIN) throw cause;
    return undefined;
  }
  return outcome.result.ok ? outcome.result : undefined;
}

/** By the XML library, behind the checks that it needs. What it says stands. */
export function* readByLibrary<T>(
  bytes: Uint8Array,
  limits: WireLimits,
  dialect: Dialect<T>,
): Reading<Result<T, WireFault>> {
  const text = readText(bytes, limits.maxBytes);
  if (!text.ok) return text;
  const cuts = scanMarkup(text.value, limits);
  if (!cuts.ok) return cuts;
  const outcome = new Outcome<T>();
  const reader = new SaxReader(dialect.open(outcome), dialect.namespaces, () => outcome.refused);
  let from = 0;
  for (const to of cuts.value) {
    if (cuts.value.length > 1) yield;
    reader.push(text.value.slice(from, to), to === text.value.length);
    from = to;
    if (reader.done) break;
  }
  return verdict(text.value, reader, outcome.result);
}

/** Reads to the end without a pause. */
export function inOneGo<T>(turns: Generator<void, T, void>): T {
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** Reads to the end and lets the event loop go on between two turns. */
export async function inTurns<T>(turns: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
    await setImmediate();
  }
}

/** Where something is wrong, the line is that of the start tag read last. */
function verdict<T>(text: string, reader: SaxReader, result: Result<T, string>): Result<T, WireFault> {
  const line = (): string => `line ${lineOfElement(text, reader.elements)}`;
  if (reader.complaint !== undefined)
    return err({ reason: 'not-well-formed', detail: `${reader.complaint}, near ${line()}` });
  return result.ok ? result : err({ reason: 'not-this-schema', detail: `${result.error}, ${line()}` });
}
