import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Environment } from '@sap2/config';
import type { InteractiveTerminal, Terminal } from '@sap2/terminal';
import type { OperationSpec } from '../admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../admin/operations.js';
import { type CommandSpec, isIrrevocable } from './commands.js';
import { confirmed } from './confirmed.js';
import { connect } from './connect.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { type Field, fieldsOf, optionOf } from './fields.js';
import { addGlobalOptions, globalOptionsOf } from './global-options.js';
import { outputOn } from './output.js';
import { type Typed, valueOf } from './request-of.js';
import { runCommand } from './run-command.js';
import { unreadable } from './unreadable.js';

export interface Surroundings {
  readonly terminal: InteractiveTerminal & { readonly columns: number };
  readonly environment: Environment;
  readonly end: AbortSignal;
  readonly exitWith: (code: ExitCode) => void;
}

export function addCommand(group: Command, spec: CommandSpec, surroundings: Surroundings): void {
  const { terminal, environment, end, exitWith } = surroundings;
  const { operation } = spec;
  const fields = fieldsOf(operation, spec);
  const places = fields.filter(({ name, part }) => part === 'params' || spec.places?.includes(name));
  const command = group.command(spec.verb).description(operation.summary);
  for (const { name, says } of places) command.argument(`<${name}>`, says);
  for (const field of fields) if (!places.includes(field)) addOption(command, field);
  addOwnOptions(command, spec);
  const own = fields.map(({ name }) => name);
  addGlobalOptions(command, 'hidden');
  command.action(async (...typed: unknown[]) => {
    const given = typed.slice(0, places.length);
    const options = command.opts<Record<string, unknown>>();
    const where = globalOptionsOf(command, own);
    const output = outputOn(terminal, where.json === true);
    const lines = linesOf(spec, options);
    const asked = {
      spec: lines?.operation ?? operation,
      command: spec,
      fields,
      typed: {
        ...Object.fromEntries(places.map(({ name }, place) => [name, given[place]])),
        ...(await optionsOf(fields, options, { terminal, end, asks: spec.asks })),
      },
      all: options['all'] === true,
      follow: options['follow'] !== false,
      file: operation.streams === undefined ? lines?.file : (typed[places.length] as string | undefined),
    };
    const admin = await connect(where, environment, end);
    try {
      const goesAhead = options['yes'] === true || (await confirmed(admin, asked, terminal));
      if (!goesAhead) output.say('Nothing was done.');
      exitWith(goesAhead ? await runCommand(admin, asked, output) : EXIT.refused);
    } finally {
      await admin.close();
    }
  });
}

/** What an option does to the command, and not to its request. */
function addOwnOptions(command: Command, { operation, spread, lines, verb }: CommandSpec): void {
  if (operation.query !== undefined && 'cursor' in operation.query) command.option('--all', 'every page');
  if (spread !== undefined || operation.accepted !== undefined)
    command.option('--no-follow', 'does not wait until the job is done');
  if (operation.streams !== undefined)
    command.argument('[file]', 'lines of JSON; - or nothing: standard input');
  if (lines !== undefined) command.option(`--${lines.option} <file>`, lines.says);
  if (isIrrevocable(verb)) command.option('--yes', 'does not ask for a confirmation');
}

/** The operation that an option with a file of lines makes of the command. */
function linesOf(
  { lines }: CommandSpec,
  options: Readonly<Record<string, unknown>>,
): { readonly operation: OperationSpec; readonly file: string } | undefined {
  const file = lines && options[lines.option];
  const operation = ADMIN_OPERATIONS.find(({ name }) => name === lines?.operation);
  return operation !== undefined && typeof file === 'string' ? { operation, file } : undefined;
}

/** Commander makes an empty text of a real null. */
const NULL = Symbol('null');

function addOption(command: Command, field: Field): void {
  const option = optionOf(field.name);
  if (field.type === 'secret') {
    command.option(`${option}-file <path>`, `${field.says} Read from a file, - for standard input.`.trim());
    return;
  }
  const what = field.type === 'list' ? '<values...>' : `<${field.type}>`;
  const made = new Option(`${option} ${what}`, field.says);
  // Commander calls an option of several words by its own rules; the field keeps its name.
  made.attributeName = () => field.name;
  if (field.type !== 'list') made.argParser((text) => valueOf(field, text) ?? NULL);
  command.addOption(made.makeOptionMandatory(field.isRequired));
}

/** What the options say, by the names of their fields; secrets that have to be there are asked for. */
async function optionsOf(
  fields: readonly Field[],
  options: Readonly<Record<string, unknown>>,
  { terminal, end, asks }: Pick<Surroundings, 'terminal' | 'end'> & { readonly asks: string | undefined },
): Promise<Typed> {
  const typed: Record<string, unknown> = {};
  const isProven = fields.some(({ name }) => typeof options[fileOptionOf(name)] === 'string');
  for (const { name, type, isRequired } of fields) {
    if (type !== 'secret') {
      const given = options[name];
      if (given !== undefined) typed[name] = given === NULL ? null : given;
      continue;
    }
    const file = options[fileOptionOf(name)];
    if (typeof file === 'string') typed[name] = await secretIn(file, terminal, end);
    else if (isRequired || (name === asks && !isProven))
      Object.assign(typed, await secretAskedFor(name, isRequired, terminal));
  }
  return typed;
}

/** An empty answer leaves out what may be left out: users of a user directory have no password here. */
async function secretAskedFor(name: string, isRequired: boolean, terminal: Terminal): Promise<object> {
  const answer = await terminal.askPassword(`${optionOf(name).slice(2)}: `, `${optionOf(name)}-file`);
  return isRequired || answer !== '' ? { [name]: answer } : {};
}

/** As commander calls `--shared-secret-file`. */
const fileOptionOf = (name: string): string => `${name}File`;

async function secretIn(file: string, terminal: Terminal, end: AbortSignal): Promise<string> {
  if (file === '-') return terminal.readAll(end);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw unreadable(file, error);
  }
}
