import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SspError } from '../index.js';
import {
  connect,
  type DeviceOptions,
  keepAlive,
  type KeepAliveOptions,
  login,
  type LoginOptions,
  logout,
  negotiate,
  type NegotiateOptions,
  spInfo,
} from './commands.js';
import type { CommonOptions } from './options.js';
import { type Terminal, UsageError } from '@sap2/terminal';
import { serve } from './serve.js';
import { adviceFor } from './what-to-do.js';

const WRONG_USAGE = 2;
/** No answer, or no server that we may trust. */
const FAILED = 3;

const EXAMPLES = `
Examples, against a SAP 2 on this machine (npm start):
  export SAP1_SECRET=a-secret-of-both-companies
  npm run sap1 -- connect
  npm run sap1 -- login alice@provider.example
  npm run sap1 -- login alice@provider.example --stay --xml
  npm run sap1 -- keepalive 07Hx…
  npm run sap1 -- negotiate 07Hx… alice@provider.example IMFeat PresenceFeat/PresenceDeliverFunc/GETPR
  npm run sap1 -- logout 07Hx… alice@provider.example

Each call sets up an SSP session of its own. What a user session is called is printed at login and given back by you.
Exit codes: 0 done, 1 SAP 2 says no, 2 wrong usage, 3 no answer from SAP 2.
The messages are explained in docs/protocol.md.`;

/** The command line `sap1`. @returns its exit code */
export async function runSap1(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = sap1Program(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    if (error instanceof UsageError) {
      terminal.err(error.message);
      return WRONG_USAGE;
    }
    if (error instanceof SspError) {
      terminal.err(`${error.message}\n${adviceFor(error)}`);
      return FAILED;
    }
    throw error;
  }
}

function sap1Program(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('sap1')
    .description("An operator's access point on the command line: talks SSP to a SAP 2.")
    .option('--url <url>', 'where SAP 2 listens', 'http://127.0.0.1:7070/ssp')
    .option('--service-id <id>', 'our name in the agreement', 'wv:@operator.example')
    .addOption(new Option('--secret <secret>', 'shared secret of the agreement').env('SAP1_SECRET'))
    .option('--ca <file>', 'https: PEM of the authority of SAP 2; default: the public ones')
    .option('--cert <file>', 'https: PEM of our certificate, where the agreement wants one')
    .option('--key <file>', 'https: PEM of its private key')
    .option('--xml', 'show every message whole, on standard error')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });

  program
    .command('serve')
    .description("run the operator's gateway: CSP for handsets, SSP to each SAP 2 (docs/sap1.md)")
    .addOption(new Option('--config <file>', 'its configuration, JSON').env('SAP1_CONFIG_FILE'))
    .action(async ({ config }: { readonly config?: string }) => {
      exit(await serve(config, process.env, terminal));
    });
  addLogin(program, terminal, exit);
  addSessionCommands(program, terminal, exit);

  program
    .command('connect')
    .description('set up an SSP session, keep it alive once and end it: is the agreement right?')
    .action(async (_options: unknown, command: Command) => {
      exit(await connect(command.optsWithGlobals<CommonOptions>(), terminal));
    });
  program
    .command('spinfo [domain]')
    .description("what the provider says about itself; default: SAP 2's own domain")
    .action(async (domain: string | undefined, _options: unknown, command: Command) => {
      exit(await spInfo(domain, command.optsWithGlobals<CommonOptions>(), terminal));
    });
  return program;
}

function addLogin(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  program
    .command('login <userID>')
    .description('log a user in (four-way: the password stays in this command) and print the session')
    .option('--client-id <url>', 'which device', 'cli@sap1.example')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .option('--password <password>', 'for demonstrations only: others can see it')
    .option('--two-way', 'send the password to SAP 2')
    .option('--keep-alive <seconds>', 'keep-alive time to ask for', wholeNumber)
    .option('--resume <session>', 'go on with this session')
    .option('--stay', 'keep the session alive and wait for SAP 2 until Ctrl-C')
    .option('--listen <host:port>', 'where SAP 2 can tell us something, with --stay', '127.0.0.1:7170')
    .option('--listen-tls', 'let it speak https there, with --cert and --key')
    .action(async (userID: string, _options: unknown, command: Command) => {
      exit(await login(userID, command.optsWithGlobals<LoginOptions>(), terminal));
    });
}

/** What is done with a session that an earlier login has printed. */
function addSessionCommands(program: Command, terminal: Terminal, exit: (code: number) => void): void {
  program
    .command('logout <session> <userID>')
    .description('log a user out')
    .option('--client-id <url>', 'which device; not compared when left out')
    .action(async (session: string, userID: string, _options: unknown, command: Command) => {
      exit(await logout(session, userID, command.optsWithGlobals<DeviceOptions>(), terminal));
    });
  program
    .command('keepalive <session...>')
    .description('keep sessions alive, up to 1000 in one message')
    .option('--time <seconds>', 'keep-alive time to ask for', wholeNumber)
    .action(async (sessions: string[], _options: unknown, command: Command) => {
      exit(await keepAlive(sessions, command.optsWithGlobals<KeepAliveOptions>(), terminal));
    });
  program
    .command('negotiate <session> <userID> <path...>')
    .description('ask for services, as paths in the CSP service tree, and show what is denied')
    .option('--client-id <url>', 'which device; not compared when left out')
    .option('--all', 'list everything that there is, too')
    .action(async (session: string, userID: string, paths: string[], _options: unknown, command: Command) => {
      exit(await negotiate(session, userID, paths, command.optsWithGlobals<NegotiateOptions>(), terminal));
    });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number of seconds is expected.');
  return Number(text);
}
