import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { linesOf } from '../admin/http/ndjson.js';
import type { OperationSpec } from '../admin/http/operation.js';
import type { AdminConnection, AdminRequest } from './admin-connection.js';
import { type Answered, refuse } from './answered.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { type Output, type Progress, progressOn } from './output.js';
import { unreadable } from './unreadable.js';

export interface AskedStream {
  readonly spec: OperationSpec;
  readonly request: AdminRequest;
  /** Undefined or `-`: standard input, where lines go in. */
  readonly file: string | undefined;
}

/** Line by line, in and out: nothing is kept, however much it is. */
export async function runStream(
  admin: AdminConnection,
  { spec: { streams }, request, file }: AskedStream,
  output: Output,
): Promise<ExitCode> {
  if (streams === undefined) {
    return eachLine(admin, request, output, (line) => output.line(line));
  }
  const { stream, bytes } = await sourceOf(file);
  const progress = progressOn(output, bytes);
  const counts = new Map<string, number>();
  const sent = {
    ...request,
    body: Readable.from(counted(stream, progress)),
    headers: { 'Content-Type': streams },
  };
  const code = await eachLine(admin, sent, output, (line) => {
    const { status } = JSON.parse(line) as { readonly status: string };
    counts.set(status, (counts.get(status) ?? 0) + 1);
    if (output.isJson || status === 'refused') output.line(line);
  });
  progress.end();
  output.say([...counts].map(([what, n]) => `${what}: ${n}`).join(', '));
  return counts.has('refused') ? EXIT.refused : code;
}

async function* counted(stream: AsyncIterable<Buffer>, progress: Progress): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    progress.add(chunk.length);
    yield chunk;
  }
}

async function eachLine(
  admin: AdminConnection,
  request: AdminRequest,
  output: Output,
  take: (line: string) => void,
): Promise<ExitCode> {
  const { statusCode, body } = await admin.request(request);
  if (statusCode >= 400) {
    return refuse({ status: statusCode, json: (await body.json()) as Answered['json'] }, output);
  }
  for await (const { bytes } of linesOf(body, Infinity)) take(String(bytes));
  return EXIT.done;
}

/** Standard input, or the file. @throws UsageError */
export async function sourceOf(
  file: string | undefined,
): Promise<{ readonly stream: Readable; readonly bytes: number | undefined }> {
  if (file === undefined || file === '-') return { stream: process.stdin, bytes: undefined };
  try {
    const about = await stat(file);
    if (about.isDirectory()) throw new Error('it is a folder');
    return { stream: (await open(file)).createReadStream(), bytes: about.size };
  } catch (error) {
    throw unreadable(file, error);
  }
}
