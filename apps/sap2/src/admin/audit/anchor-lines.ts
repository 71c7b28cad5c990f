import type { AnchorLine, AuditAnchor } from '@sap2/administration';
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import { z } from 'zod';
import { type Line, linesOf } from '../http/ndjson.js';
import { Problem } from '../problem.filter.js';

/** An anchor has some 350 bytes, a line of the log with one 500. */
const MAX_LINE_BYTES = 4_096;
/** A year of one every five minutes; they are in memory all at once. */
const MAX_LINES = 120_000;

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const ANCHOR = z.object({
  installation: z.string().max(64),
  seq: z.int().min(1),
  hash: HASH,
  at: z.iso.datetime(),
  signedAt: z.iso.datetime(),
  key: z.string().max(64),
  mac: HASH,
});
/** Between two pauses in which others get their turn; some milliseconds. */
const LINES_AT_ONCE = 200;

/** @throws Problem 413 */
export async function anchorLines(body: AsyncIterable<Buffer>): Promise<readonly AnchorLine[]> {
  const lines: AnchorLine[] = [];
  for await (const line of linesOf(body, MAX_LINE_BYTES)) {
    if (lines.length === MAX_LINES)
      throw new Problem(413, `There are more than ${MAX_LINES} lines; verify them in parts.`);
    lines.push({ number: line.number, anchor: anchorIn(line) });
    if (lines.length % LINES_AT_ONCE === 0) await turnOfOthers();
  }
  return lines;
}

function anchorIn({ bytes }: Line): AuditAnchor | undefined {
  if (bytes === undefined) return undefined;
  try {
    return ANCHOR.safeParse(anchorOf(JSON.parse(bytes.toString('utf8')))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The line itself, or its field `anchor`: that of an event in the log. */
const anchorOf = (line: unknown): unknown =>
  typeof line === 'object' && line !== null && 'anchor' in line ? line.anchor : line;
