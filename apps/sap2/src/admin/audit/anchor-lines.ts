import type { AnchorLine, AuditAnchor } from '@sap2/administration';
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
/** As a line of its own, or as the field of an event in the log. */
const LINE = z.union([ANCHOR, z.object({ anchor: ANCHOR }).transform(({ anchor }) => anchor)]);

/** @throws Problem 413 */
export async function anchorLines(body: AsyncIterable<Buffer>): Promise<readonly AnchorLine[]> {
  const lines: AnchorLine[] = [];
  for await (const line of linesOf(body, MAX_LINE_BYTES)) {
    if (lines.length === MAX_LINES)
      throw new Problem(413, `There are more than ${MAX_LINES} lines; verify them in parts.`);
    lines.push({ number: line.number, anchor: anchorIn(line) });
  }
  return lines;
}

function anchorIn({ bytes }: Line): AuditAnchor | undefined {
  if (bytes === undefined) return undefined;
  try {
    return LINE.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
