import { Command, CommanderError } from 'commander';
import { type InteractiveTerminal, UsageError } from '@sap2/terminal';
import type { Environment } from '@sap2/config';
import { VERSION } from '../version.js';
import { addCommand, type Surroundings } from './add-command.js';
import { COMMANDS, NOUNS } from './commands.js';
import { completionOf, SHELLS } from './completion.js';
import { configOf } from './connect.js';
import { EndedEarly } from './ended-early.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { type Output, outputOn } from './output.js';
import { addGlobalOptions, globalOptionsOf } from './global-options.js';
import { ServiceUnreachableError } from './service-unreachable.js';

const AFTER = `
Where a command works:
  with --url            a service elsewhere, with the token of an administrator
  with DATABASE_URL, …  your own stores, by the variables of the service (docs/configuration.md)
  otherwise             the stores of the data folder, which a service must run. A command never makes stores.
The command asks for secrets or reads them from a file. They are never options.
Exit codes:
  0 done, 1 refused, 2 wrong usage, 3 a store or the service is unreachable,
  4 the audit trail was changed or the stores differ, 70 a defect.`;

/**
 * The command line `sap2`.
 * @param end stops the command, and what it started
 * @returns its exit code
 */
export async function runSap2(
  args: readonly string[],
  told: InteractiveTerminal,
  environment: Environment,
  end: AbortSignal,
): Promise<ExitCode> {
  const terminal = { ...told, columns: told.columns ?? columnsOf(environment) };
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

const USUAL_COLUMNS = 80;

/** The usual variable of shells, for output that is no terminal. */
const columnsOf = ({ COLUMNS = '' }: Environment): number =>
  /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : USUAL_COLUMNS;

async function failed(error: unknown, output: Output): Promise<ExitCode> {
  if (error instanceof EndedEarly) return error.exitCode;
  if (error instanceof CommanderError) return misused(error, output);
  const detail = error instanceof Error ? error.message : String(error);
  output.refusal({ detail }, [detail]);
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ServiceUnreachableError) return EXIT.unavailable;
  const { exitCodeOfError } = await import('./exit-code-of-error.js');
  const exitCode = exitCodeOfError(error);
  if (exitCode === EXIT.defect)
    output.say(`This is a defect of sap2. ${(error as Error).stack ?? ''}`.trim());
  return exitCode;
}

function misused({ code, exitCode, message }: CommanderError, output: Output): ExitCode {
  if (exitCode === 0) return EXIT.done;
  // Commander shows the help of a group without a command, and that is all there is to say.
  const detail = code === 'commander.help' ? 'A command is missing.' : message;
  output.refusal({ detail }, [detail]);
  return EXIT.usage;
}

export function sap2Program(surroundings: Surroundings): Command {
  const { terminal, environment, end, exitWith } = surroundings;
  const program = addGlobalOptions(new Command('sap2'))
    .description('Administers SAP 2.')
    .version(VERSION)
    .enablePositionalOptions()
    .addHelpText('after', AFTER)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      // All failures are reported in one place.
      outputError: () => undefined,
    })
    .exitOverride();
  addGlobalOptions(program.command('migrate'), 'hidden')
    .description('Brings the schema of the database up to date, as every start of the service does.')
    .action(async (_options: object, command: Command) => {
      const options = globalOptionsOf(command);
      if (options.url !== undefined)
        throw new UsageError(
          'migrate works on the database itself; a service elsewhere does it at its start.',
        );
      const { migrateDatabase } = await import('./migrate.js');
      const config = configOf(environment, options);
      const applied = await migrateDatabase(config, options.startStores === true, end);
      const words = applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`;
      const output = outputOn(terminal, options.json === true);
      if (output.isJson) output.result({ applied });
      else output.line(words);
      exitWith(EXIT.done);
    });
  program
    .command('completion')
    .argument('<shell>', SHELLS.join(' or '))
    .description('Prints a script for a shell, which then completes commands and options.')
    .action((shell: string) => terminal.out(completionOf(program, shell)));
  for (const spec of COMMANDS.filter(({ noun }) => noun === undefined))
    addCommand(program, spec, surroundings);
  for (const [noun, says] of Object.entries(NOUNS)) {
    const group = addGlobalOptions(program.command(noun), 'hidden').description(says);
    for (const spec of COMMANDS.filter((one) => one.noun === noun)) {
      addCommand(group, spec, surroundings);
    }
  }
  return program;
}
