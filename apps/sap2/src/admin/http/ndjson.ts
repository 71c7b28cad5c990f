import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

export const NDJSON = 'application/x-ndjson';

const LINE_FEED = 0x0a;

/** Characters are put together until there are so many: a small write costs as much as a large one. */
const CHUNK_CHARACTERS = 16_384;

export interface Line {
  /** From 1; lines without content are counted, and not given. */
  readonly number: number;
  /** Undefined: longer than allowed; its content was thrown away as it came. */
  readonly bytes: Buffer | undefined;
}

/** Holds no more than one line and one chunk in memory, whatever comes. */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 0;
  let begun: Buffer[] = [];
  let length = 0;
  const take = (): Line => {
    const line = { number: ++number, bytes: length > maxBytes ? undefined : Buffer.concat(begun) };
    begun = [];
    length = 0;
    return line;
  };
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > maxBytes) begun = [];
    else begun.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (!isBlank(line)) yield line;
    }
    add(chunk.subarray(start));
  }
  const last = take();
  if (!isBlank(last)) yield last;
}

const isBlank = ({ bytes }: Line): boolean => bytes?.toString('latin1').trim() === '';

/**
 * Answers with one JSON text per line, as fast as the client reads. A failure before the first line is an ordinary refusal.
 * A later one breaks the connection off, so that a client does not accept an incomplete answer.
 */
export async function sendLines(reply: FastifyReply, items: AsyncGenerator<object>): Promise<void> {
  const chunks = chunksOf(items);
  const first = await chunks.next();
  void reply.header('Content-Type', NDJSON).send(Readable.from(after(first, chunks), { objectMode: false }));
}

async function* after(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function* chunksOf(items: AsyncGenerator<object>): AsyncGenerator<string, void> {
  let chunk = '';
  for await (const item of items) {
    chunk += `${JSON.stringify(item)}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
