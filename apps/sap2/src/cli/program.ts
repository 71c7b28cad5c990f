import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { type Config, describeFault, type Environment, readConfig } from '@sap2/config';
import { createEventLog } from '@sap2/observability';
import { type Terminal, UsageError } from '@sap2/terminal';
import type { OperationSpec } from '../admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../admin/operations.js';
import { VERSION } from '../version.js';
import { type CommandSpec, COMMANDS, NOUNS } from './commands.js';
import { EndedEarly } from './ended-early.js';
import { EXIT, type ExitCode, exitCodeOfError } from './exit-codes.js';
import { type Field, fieldsOf, optionOf } from './fields.js';
import { LocalAdmin } from './local-admin.js';
import { migrateDatabase } from './migrate.js';
import { type Output, outputOn } from './output.js';
import { type Typed, valueOf } from './request-of.js';
import { runCommand } from './run-command.js';
import { unreadable } from './unreadable.js';

const AFTER = `
The command uses the stores of the service, by the same environment variables (docs/configuration.md). Without DATABASE_URL
it uses the private stores of SAP2_DATA_DIR, and starts them if no service runs them.
The command asks for secrets or reads them from a file. They are never options.
Exit codes:
  0 done, 1 refused, 2 wrong usage, 3 a store is unreachable, 4 the audit trail was changed or the stores differ, 70 a defect.`;

/**
 * The command line `sap2`.
 * @param end stops the command, and what it started
 * @returns its exit code
 */
export async function runSap2(
  args: readonly string[],
  terminal: Terminal,
  environment: Environment,
  end: AbortSignal,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const exitWith = (code: ExitCode): void => {
    exitCode = code;
  };
  try {
    await sap2Program({ terminal, environment, end, exitWith }).parseAsync(args, { from: 'user' });
    end.throwIfAborted();
    return exitCode;
  } catch (error) {
    return failed(end.aborted ? end.reason : error, outputOn(terminal, args.includes('--json')));
  }
}

function failed(error: unknown, output: Output): ExitCode {
  if (error instanceof EndedEarly) return error.exitCode;
  const isOfCommander = error instanceof CommanderError;
  if (isOfCommander && error.exitCode === 0) return EXIT.done;
  const exitCode = isOfCommander ? EXIT.usage : exitCodeOfError(error);
  const detail = error instanceof Error ? error.message : String(error);
  output.refusal({ detail }, [detail]);
  if (exitCode === EXIT.defect)
    output.say(`This is a defect of sap2. ${(error as Error).stack ?? ''}`.trim());
  return exitCode;
}

export function sap2Program(surroundings: Surroundings): Command {
  const { terminal, environment, end, exitWith } = surroundings;
  const program = new Command('sap2')
    .description('Administers SAP 2 from the machine that it runs on.')
    .version(VERSION)
    .option('--json', 'one JSON text on standard output, and nothing else there')
    .addHelpText('after', AFTER)
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      // All failures are reported in one place.
      outputError: () => undefined,
    })
    .exitOverride();
  program
    .command('migrate')
    .description('Brings the schema of the database up to date, as every start of the service does.')
    .action(async (_options: object, command: Command) => {
      const applied = await migrateDatabase(configOf(environment), (line) => terminal.err(line), end);
      const words = applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`;
      output(command).result({ applied }, [words]);
      exitWith(EXIT.done);
    });
  for (const spec of COMMANDS.filter(({ noun }) => noun === undefined))
    addCommand(program, spec, surroundings);
  for (const [noun, says] of Object.entries(NOUNS)) {
    const group = program.command(noun).description(says);
    for (const spec of COMMANDS.filter((one) => one.noun === noun)) {
      addCommand(group, spec, surroundings);
    }
  }
  return program;

  function output(command: Command) {
    return outputOn(terminal, command.optsWithGlobals<{ json?: boolean }>().json === true);
  }
}

export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly end: AbortSignal;
  readonly exitWith: (code: ExitCode) => void;
}

function addCommand(group: Command, spec: CommandSpec, surroundings: Surroundings): void {
  const { terminal, environment, end, exitWith } = surroundings;
  const { operation } = spec;
  const fields = fieldsOf(operation, spec);
  const places = fields.filter(({ name, part }) => part === 'params' || spec.places?.includes(name));
  const command = group.command(spec.verb).description(operation.summary);
  for (const { name, says } of places) command.argument(`<${name}>`, says);
  for (const field of fields) if (!places.includes(field)) addOption(command, field);
  if (operation.query !== undefined && 'cursor' in operation.query) command.option('--all', 'every page');
  if (spec.spread !== undefined || operation.accepted !== undefined)
    command.option('--no-follow', 'does not wait until the job is done');
  if (operation.streams !== undefined)
    command.argument('[file]', 'lines of JSON; - or nothing: standard input');
  if (spec.lines !== undefined) command.option(`--${spec.lines.option} <file>`, spec.lines.says);
  command.action(async (...typed: unknown[]) => {
    const given = typed.slice(0, places.length);
    const options = command.optsWithGlobals<Record<string, unknown>>();
    const output = outputOn(terminal, options['json'] === true);
    const config = configOf(environment);
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
    const log = createEventLog({ level: 'error', output: process.stderr });
    const admin = await LocalAdmin.open(config, log, () => undefined, end);
    try {
      exitWith(await runCommand(admin, asked, output));
    } finally {
      await admin.close();
    }
  });
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
      if (options[name] !== undefined) typed[name] = withNull(options[name]);
      continue;
    }
    const file = options[fileOptionOf(name)];
    if (typeof file === 'string') typed[name] = await secretIn(file, terminal, end);
    else if (isRequired || (name === asks && !isProven)) {
      const answer = await terminal.askPassword(`${optionOf(name).slice(2)}: `, `${optionOf(name)}-file`);
      // Users of a domain with a user directory have no password here.
      if (isRequired || answer !== '') typed[name] = answer;
    }
  }
  return typed;
}

const withNull = (given: unknown): unknown => (given === NULL ? null : given);

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

/** @throws UsageError that names everything that is wrong */
function configOf(environment: Environment): Config {
  const config = readConfig(environment);
  if (config.ok) return config.value;
  throw new UsageError(config.error.map(describeFault).join('\n'));
}
