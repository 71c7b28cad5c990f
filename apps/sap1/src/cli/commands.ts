import type { ResponsePrimitive, Status } from '@sap2/ssp-wire';
import { clientAt, functionsOf, Handset, pathsOf, type Sap1, statusWords } from '../index.js';
import { type CommonOptions, sap1From } from './options.js';
import { stay } from './stay.js';
import { listenTls } from './tls-options.js';
import { type Terminal, UsageError } from '@sap2/terminal';
import { whatToDo } from './what-to-do.js';

/** Exit codes of the command line. `program.ts` separates wrong usage from failures. */
export const DONE = 0;
/** SAP 2 answered, and the answer is no. */
export const REFUSED = 1;

export interface LoginOptions extends CommonOptions {
  readonly clientId: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
  readonly twoWay?: boolean;
  readonly keepAlive?: number;
  readonly resume?: string;
  readonly stay?: boolean;
  readonly listen: string;
  readonly listenTls?: boolean;
}

/** A user and, where it is to be compared, the device. */
export interface DeviceOptions extends CommonOptions {
  readonly clientId?: string;
}

export interface KeepAliveOptions extends CommonOptions {
  readonly time?: number;
}

export interface NegotiateOptions extends DeviceOptions {
  readonly all?: boolean;
}

export async function connect(options: CommonOptions, terminal: Terminal): Promise<number> {
  const sap1 = sap1From(options, terminal);
  const { peerServiceID, peerID } = await sap1.connect();
  terminal.out(`SSP session with ${peerServiceID} is up: ${peerID}`);
  const alive = await sap1.sapKeepAlive();
  terminal.out(`Keep alive: ${alive.status.code}`);
  const bye = await sap1.sapLogout();
  terminal.out(`Logout: ${bye.status.code}`);
  return alive.status.code === 200 && bye.status.code === 200 ? DONE : REFUSED;
}

export async function login(userID: string, options: LoginOptions, terminal: Terminal): Promise<number> {
  const tls = listenTls(options.listenTls, options);
  const sap1 = sap1From(options, terminal, { ...addressOf(options.listen), tls });
  if (options.stay === true) {
    const url = await sap1.listen();
    terminal.err(`Waiting for SAP 2 at ${url} (the agreement's callbackUrl has to say the same)`);
  }
  try {
    return await loginAndStay(sap1, userID, options, terminal);
  } finally {
    await sap1.close();
  }
}

async function loginAndStay(
  sap1: Sap1,
  userID: string,
  options: LoginOptions,
  terminal: Terminal,
): Promise<number> {
  const password = await passwordFor(userID, options, terminal);
  const wishes = { keepAliveTimeS: options.keepAlive, resume: options.resume };
  const answer =
    options.twoWay === true
      ? await sap1.loginPassword({ userID, clientID: clientAt(options.clientId) }, password, wishes)
      : await sap1.loginChallenge(new Handset(userID, options.clientId, password), wishes);
  if (answer.kind === 'Status' || answer.userSessionID === undefined) return refused(answer, terminal);

  const { userSessionID, keepAliveTime = 0 } = answer;
  terminal.out(userSessionID);
  terminal.err(`${userID} is logged in; keep-alive time ${keepAliveTime} s.`);
  if (options.stay !== true) {
    terminal.err(`Next: npm run sap1 -- keepalive ${userSessionID}`);
    terminal.err(`      npm run sap1 -- logout ${userSessionID} ${userID}`);
    return DONE;
  }
  terminal.err('Keeping the session alive; Ctrl-C logs out.');
  const end = await stay(sap1, userSessionID, keepAliveTime, terminal);
  if (end === undefined) return DONE;
  terminal.err(`SAP 2 has ended the session: ${inWords(end)}`);
  return REFUSED;
}

export async function logout(
  userSessionID: string,
  userID: string,
  options: DeviceOptions,
  terminal: Terminal,
): Promise<number> {
  const answer = await sap1From(options, terminal).logout(userSessionID, userOf(userID, options.clientId));
  if (answer.status.code !== 200) return refused(answer, terminal);
  terminal.out(`${userID} is logged out`);
  return DONE;
}

export async function keepAlive(
  userSessionIDs: readonly string[],
  options: KeepAliveOptions,
  terminal: Terminal,
): Promise<number> {
  const entries = userSessionIDs.map((userSessionID) => ({ userSessionID, timeToLive: options.time }));
  const answer = await sap1From(options, terminal).keepAliveBatch(entries);
  if (answer.kind === 'Status') return refused(answer, terminal);
  const failures = answer.status.detailedResults;
  const failed = new Set(failures.flatMap((result) => result.userSessionIDs));
  for (const id of userSessionIDs.filter((one) => !failed.has(one))) {
    const { keepAliveTime } = answer.exceptions.find((one) => one.userSessionID === id) ?? answer;
    terminal.out(`${id} lives for another ${keepAliveTime} s`);
  }
  for (const { code, userSessionIDs: ids } of failures) {
    for (const id of ids) terminal.out(`${id} ${code}: ${whatToDo(code)}`);
  }
  if (answer.status.code === 200) return DONE;
  return failures.length > 0 ? REFUSED : refused(answer, terminal);
}

export async function spInfo(
  domain: string | undefined,
  options: CommonOptions,
  terminal: Terminal,
): Promise<number> {
  const serviceID = domain === undefined ? undefined : `wv:@${domain.replace(/^(wv:)?@?/, '')}`;
  const answer = await sap1From(options, terminal).getSPInfo(serviceID);
  if (answer.kind === 'Status' || answer.status.code !== 200) return refused(answer, terminal);
  for (const line of [answer.name, answer.description, answer.url]) {
    if (line !== undefined) terminal.out(line);
  }
  return DONE;
}

export async function negotiate(
  userSessionID: string,
  userID: string,
  paths: readonly string[],
  options: NegotiateOptions,
  terminal: Terminal,
): Promise<number> {
  const answer = await sap1From(options, terminal).negotiate(userSessionID, functionsOf(paths), {
    allFunctions: options.all === true,
    as: userOf(userID, options.clientId),
  });
  if (answer.kind === 'Status' || answer.status.code !== 200) return refused(answer, terminal);
  const denied = pathsOf(answer.functions);
  terminal.out(denied.length === 0 ? 'All of it is available' : 'Not available:');
  for (const path of denied) terminal.out(`  ${path}`);
  if (answer.allFunctions !== undefined) terminal.out('All functions that there are:');
  for (const path of pathsOf(answer.allFunctions)) terminal.out(`  ${path}`);
  return DONE;
}

/** The code, what it says everywhere, and what SAP 2 says of this case. */
const inWords = ({ code, description }: Status): string =>
  `${code} ${statusWords(code)}${description === undefined ? '' : `: ${description}`}`;

function refused({ status }: ResponsePrimitive, terminal: Terminal): number {
  terminal.err(`SAP 2 answers ${inWords(status)}`);
  terminal.err(whatToDo(status.code));
  return REFUSED;
}

async function passwordFor(userID: string, options: LoginOptions, terminal: Terminal): Promise<string> {
  if (options.password !== undefined) return options.password;
  if (options.passwordStdin === true) return terminal.readAll();
  return terminal.askPassword(`Password of ${userID}: `, '--password-stdin');
}

function userOf(userID: string, clientId: string | undefined) {
  return { userID, clientID: clientId === undefined ? undefined : clientAt(clientId) };
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const [, host, port] = match ?? [];
  if (host === undefined || port === undefined)
    throw new UsageError('--listen needs host:port, such as 127.0.0.1:7170.');
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
