import { CSP_VERSIONS, type CspVersion } from '@sap2/csp-wire';
import { type Terminal, UsageError } from '@sap2/terminal';
import { Command, CommanderError, Option } from 'commander';
import {
  begin,
  describeLeg,
  FrontError,
  type Habit,
  Handset,
  hexOf,
  type Leg,
  NotLoggedIn,
  stay,
} from '../index.js';
import { DIGEST_SCHEMAS } from '../password-digest.js';

/** The provider says no, or has ended the session. */
const REFUSED = 1;
const WRONG_USAGE = 2;
/** No answer from the front, or none that is CSP. */
const FAILED = 3;

const EXAMPLES = `
Examples, against a SAP 1 on this machine (npm run sap1 -- serve):
  npm run handset -- login alice@provider.example
  npm run handset -- login alice@provider.example --wbxml --version 1.3 --bytes
  npm run handset -- login alice@provider.example --two-way --like nokia

It stays logged in, prints each message, and obeys the provider. Ctrl-C logs out.
Exit codes:
  0  logged out
  1  the provider says no, or has ended the session
  2  wrong usage
  3  the front gives no answer`;

interface LoginOptions {
  readonly front: string;
  readonly version: CspVersion;
  readonly wbxml?: boolean;
  readonly twoWay?: boolean;
  readonly digest?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
  readonly client: string;
  readonly like: Habit;
  readonly timeToLive?: string;
  readonly stcp?: string;
  readonly bytes?: boolean;
  readonly once?: boolean;
}

/** The command line `handset`. @returns its exit code */
export async function runHandset(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = handsetProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    if (error instanceof UsageError) terminal.err(error.message);
    else if (error instanceof NotLoggedIn || error instanceof FrontError) terminal.err(error.message);
    else throw error;
    if (error instanceof UsageError) return WRONG_USAGE;
    return error instanceof NotLoggedIn ? REFUSED : FAILED;
  }
}

function handsetProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command('handset')
    .description('A handset on the command line: talks CSP to the front of a SAP 1.')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  program
    .command('login <userID>')
    .description('log a user in, stay logged in, and print what arrives')
    .option('--front <url>', 'the CSP front of SAP 1', 'http://127.0.0.1:7171/csp')
    .addOption(new Option('--version <version>', 'of CSP').choices(CSP_VERSIONS).default('1.2'))
    .option('--wbxml', 'speak binary XML')
    .option('--two-way', 'send the password itself')
    .addOption(
      new Option('--digest <schema>', 'offer only this digest schema (default: all)').choices(DIGEST_SCHEMAS),
    )
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .option('--password <password>', 'for demonstrations only: others can see it')
    .option('--client <url>', 'which device', 'handset@cli.example')
    .addOption(
      new Option('--like <client>', 'whose order of requests')
        .choices(['android', 'nokia'])
        .default('android'),
    )
    .option('--time-to-live <seconds>', 'keep-alive time to ask for')
    .option('--stcp <host:port>', 'wait for wake-ups there instead of polling')
    .option('--bytes', 'show the bytes of each message')
    .option('--once', 'log out at once')
    .action(async (userID: string, options: LoginOptions) => {
      exit(await login(userID, options, terminal));
    });
  return program;
}

async function login(userID: string, options: LoginOptions, terminal: Terminal): Promise<number> {
  const handset = await handsetOf(userID, options, terminal);
  const over = new AbortController();
  try {
    await begin(handset, options.like);
    terminal.out(`Logged in: session ${handset.sessionID}, keep-alive time ${handset.keepAliveTimeS} s.`);
    const end = options.once === true ? undefined : await stayUntilCtrlC(handset, options, terminal, over);
    if (end !== undefined) {
      terminal.out(`The provider ended the session: ${end.code} ${end.description ?? ''}`.trimEnd());
      return REFUSED;
    }
    await handset.logOut();
    terminal.out('Logged out.');
    return 0;
  } finally {
    over.abort();
    await handset.close();
  }
}

async function stayUntilCtrlC(
  handset: Handset,
  { stcp }: LoginOptions,
  terminal: Terminal,
  over: AbortController,
): Promise<Awaited<ReturnType<typeof stay>>> {
  const stop = new AbortController();
  void terminal.interrupted(over.signal).then(() => stop.abort());
  return stay(handset, stop.signal, stcp === undefined ? {} : { stcp });
}

async function handsetOf(userID: string, options: LoginOptions, terminal: Terminal): Promise<Handset> {
  const { front, version, client, timeToLive } = options;
  if (!URL.canParse(front)) throw new UsageError(`--front ${front} is not a URL.`);
  if (timeToLive !== undefined && !/^\d{1,9}$/.test(timeToLive))
    throw new UsageError(`--time-to-live ${timeToLive} is not a whole number of seconds.`);
  const digestSchemas = options.digest === undefined ? DIGEST_SCHEMAS : [options.digest];
  return new Handset({
    front,
    userID: userID.startsWith('wv:') ? userID : `wv:${userID}`,
    password: await passwordOf(userID, options, terminal),
    version,
    encoding: options.wbxml === true ? 'wbxml' : 'xml',
    client,
    ...(options.twoWay !== true && { digestSchemas }),
    ...(timeToLive !== undefined && { timeToLiveS: Number(timeToLive) }),
    watch: (leg) => show(leg, options.bytes === true, terminal),
  });
}

async function passwordOf(
  userID: string,
  { password, passwordStdin }: LoginOptions,
  terminal: Terminal,
): Promise<string> {
  if (password !== undefined) return password;
  if (passwordStdin === true) return terminal.readAll();
  return terminal.askPassword(`Password of ${userID}: `, '--password-stdin');
}

function show(leg: Leg, withBytes: boolean, terminal: Terminal): void {
  terminal.err(describeLeg(leg));
  // The bytes of a login have the password or its digest in them.
  if (withBytes && leg.message?.primitive.kind !== 'Login-Request') terminal.err(hexOf(leg.bytes));
}
