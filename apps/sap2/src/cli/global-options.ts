import { type Command, Option } from 'commander';

/** Options that each command takes, before or after its name. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly dataDir?: string;
  readonly startStores?: boolean;
}

const OPTIONS = [
  ['--json', 'one JSON text on standard output, and nothing else there'],
  ['--url <url>', 'a service elsewhere, by its port for administrators; or SAP2_CLI_URL'],
  ['--token-file <file>', 'has the token for --url, - for standard input; or SAP2_CLI_TOKEN'],
  ['--ca <file>', 'authorities that signed the certificate of --url'],
  ['--data-dir <folder>', 'data folder of a service on this machine; or SAP2_DATA_DIR'],
  ['--start-stores', 'starts the stores of the data folder for this command, if no service runs them'],
] as const;

/**
 * `subscription create` has its own `--url`. So commander reads the options of the program only before the name of a
 * command. Each command has them too, without those whose name it uses itself.
 */
export function addGlobalOptions(command: Command, where?: 'hidden'): Command {
  for (const [flags, says] of OPTIONS) {
    const option = new Option(flags, says).hideHelp(where === 'hidden');
    if (!command.options.some(({ long }) => long === option.long)) command.addOption(option);
  }
  return command;
}

/** @param own fields of the command itself, which are no global options */
export function globalOptionsOf(command: Command, own: readonly string[] = []): GlobalOptions {
  const mine = Object.entries(command.opts()).filter(([name]) => !own.includes(name));
  const above = command.parent === null ? {} : globalOptionsOf(command.parent);
  return { ...above, ...Object.fromEntries(mine) };
}
