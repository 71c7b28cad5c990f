import type { OperationSpec } from '../admin/http/operation.js';
import type { AdminConnection, AdminRequest } from './admin-connection.js';
import type { CommandSpec } from './commands.js';
import { type Answered, refuse } from './answered.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Field } from './fields.js';
import { followJob } from './follow-job.js';
import type { Output } from './output.js';
import type { Json } from './render.js';
import { requestOf, type Typed } from './request-of.js';
import { runStream, sourceOf } from './run-stream.js';

export interface Asked {
  readonly spec: OperationSpec;
  readonly command: CommandSpec;
  readonly fields: readonly Field[];
  readonly typed: Typed;
  /** Of lists: every page. */
  readonly all: boolean;
  /** Of jobs: stays until it is done. */
  readonly follow: boolean;
  /** Of what is sent as lines: the file, `-` for standard input. */
  readonly file: string | undefined;
}

export async function runCommand(admin: AdminConnection, asked: Asked, output: Output): Promise<ExitCode> {
  const request = requestOf(asked.spec, asked.command, asked.fields, asked.typed);
  if (asked.spec.answer.mediaType !== undefined) return runStream(admin, { ...asked, request }, output);
  const answered = await answerTo(admin, request, asked);
  if (answered.status >= 400) return refuse(answered, output);
  const { json } = answered;
  const job = (json as { readonly job?: { readonly id: string } | null }).job ?? undefined;
  if (asked.follow && job !== undefined) return followJob(admin, job.id, output);
  output.result(json);
  return codeOf(json as Verdict);
}

/** What an answer says of a thing that was tried or compared. */
interface Verdict {
  readonly sound?: boolean;
  /** Of a probe, and of a test event. */
  readonly outcome?: string;
}

/** `opened`: of a probe. `acknowledged`: of a test event. */
const SUCCESSES = new Set(['opened', 'acknowledged']);

function codeOf({ sound, outcome }: Verdict): ExitCode {
  if (sound === false) return EXIT.unsound;
  return outcome === undefined || SUCCESSES.has(outcome) ? EXIT.done : EXIT.refused;
}

async function answerTo(
  admin: AdminConnection,
  request: AdminRequest,
  { spec: { streams }, all, file }: Asked,
): Promise<Answered> {
  if (all) return everyPage(admin, request);
  if (streams === undefined) return ask(admin, request);
  const { stream } = await sourceOf(file);
  return ask(admin, { ...request, body: stream, headers: { 'Content-Type': streams } });
}

async function ask(admin: AdminConnection, request: AdminRequest): Promise<Answered> {
  const { statusCode, body } = await admin.request(request);
  const text = await body.text();
  return { status: statusCode, json: text === '' ? { done: true } : (JSON.parse(text) as Json) };
}

async function everyPage(admin: AdminConnection, request: AdminRequest): Promise<Answered> {
  const items: Json[] = [];
  let path = request.path;
  for (;;) {
    const answered = await ask(admin, { ...request, path });
    if (answered.status >= 400) return answered;
    const page = answered.json as { readonly items: readonly Json[]; readonly nextCursor: string | null };
    items.push(...page.items);
    if (page.nextCursor === null) return { status: 200, json: { items, nextCursor: null } };
    const [start = '', query = ''] = request.path.split('?');
    const next = new URLSearchParams(query);
    next.set('cursor', page.nextCursor);
    path = `${start}?${next.toString()}`;
  }
}
