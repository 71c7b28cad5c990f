import { afterEach, describe, expect, it } from '@jest/globals';
import { assertNever } from '@sap2/kernel';
import type { LoginCredential, RequestPrimitive, ResponsePrimitive } from '@sap2/ssp-wire';
import { FakeSap2, loginAnswer, SECRET, status } from '../../../../tests/support/peers/fake-sap2.js';
import { statusOf } from '../requests.js';
import { functionsOf } from '../service-paths.js';
import { runSap1 } from './program.js';
import type { Terminal } from '@sap2/terminal';

const ALICE = 'alice@provider.example';

/** What one command said, and how it ended. */
interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function answerToPassword(credential: LoginCredential): ResponsePrimitive {
  return credential.scheme === 'password' && credential.password === 'secret'
    ? loginAnswer(200, { userSessionID: '03abc', keepAliveTime: 60 })
    : loginAnswer(409, {});
}

function answers(request: RequestPrimitive): ResponsePrimitive {
  switch (request.kind) {
    case 'UserLoginRequest':
      return answerToPassword(request.credential);
    case 'UserKeepAliveRequest':
      return {
        kind: 'UserKeepAliveResponse',
        keepAliveTime: 60,
        exceptions: [{ userSessionID: '03abc', keepAliveTime: 30 }],
        status: {
          ...statusOf(201),
          detailedResults: [{ code: 601, description: undefined, userSessionIDs: ['03xyz'] }],
        },
      };
    case 'UserServiceRequest':
      return {
        kind: 'UserServiceResponse',
        status: statusOf(200),
        functions: functionsOf(['GroupFeat']),
        allFunctions: undefined,
      };
    case 'GetSPInfoRequest':
      return {
        kind: 'GetSPInfoResponse',
        status: statusOf(200),
        name: 'Example',
        logo: undefined,
        description: undefined,
        url: 'https://provider.example',
      };
    case 'UserLogoutRequest':
    case 'KeepAliveRequest':
    case 'LogoutRequest':
      return status(200);
    case 'UserDisconnectRequest':
      return status(405);
    default:
      return assertNever(request);
  }
}

/** Grants no time at all, and has thrown the user out at the first keep-alive. */
function lostAtOnce(request: RequestPrimitive): ResponsePrimitive {
  return request.kind === 'UserLoginRequest'
    ? loginAnswer(200, { userSessionID: '03abc', keepAliveTime: 0 })
    : { kind: 'UserKeepAliveResponse', keepAliveTime: 0, exceptions: [], status: statusOf(601) };
}

const running: FakeSap2[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const sap1 = (...args: readonly string[]): Promise<Run> => sap1With(answers, {}, ...args);

async function sap1With(
  sap2Answers: typeof answers,
  rest: Partial<Terminal>,
  ...args: readonly string[]
): Promise<Run> {
  const sap2 = new FakeSap2(sap2Answers);
  running.push(sap2);
  return run(['--url', await sap2.start(), '--secret', SECRET, ...args], rest);
}

async function run(args: readonly string[], rest: Partial<Terminal> = {}): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    askPassword: () => Promise.resolve('secret'),
    readAll: () => Promise.resolve('a guess'),
    interrupted: () => Promise.resolve(),
    ...rest,
  };
  const code = await runSap1(args, terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('sap1 on the command line', () => {
  it('logs in with the password that it asks for, and prints the session and nothing else', async () => {
    expect(await sap1('login', ALICE, '--two-way')).toMatchObject({ code: 0, out: '03abc' });
  });

  it('ends with 1 and says what to do when SAP 2 refuses', async () => {
    const { code, err } = await sap1('login', ALICE, '--two-way', '--password-stdin');
    expect(code).toBe(1);
    expect(err).toContain('409');
    expect(err).toContain('Wrong password, or there is no such user');
  });

  it('stays until it is interrupted, and logs out then', async () => {
    const { code, err } = await sap1('login', ALICE, '--two-way', '--stay', '--listen', '127.0.0.1:0');
    expect(code).toBe(0);
    expect(err).toContain('Logged out (200)');
  });

  it('stays no longer than SAP 2 lets it', async () => {
    const never = { interrupted: () => new Promise<void>(() => undefined) };
    const stay = ['login', ALICE, '--two-way', '--stay', '--listen', '127.0.0.1:0'];
    const { code, err } = await sap1With(lostAtOnce, never, ...stay);
    expect(code).toBe(1);
    expect(err).toContain('SAP 2 has ended the session: 601 forced logout');
  });

  it('keeps sessions alive in one batch and tells the lost from the living', async () => {
    const { code, out } = await sap1('keepalive', '03abc', '03def', '03xyz');
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      '03abc lives for another 30 s',
      '03def lives for another 60 s',
      '03xyz 601: SAP 2 has ended the session; log in again.',
    ]);
  });

  it('logs out, negotiates, asks for SP info and tries the agreement', async () => {
    expect(await sap1('connect')).toMatchObject({ code: 0 });
    expect(await sap1('logout', '03abc', ALICE)).toMatchObject({ code: 0 });
    expect((await sap1('negotiate', '03abc', ALICE, 'IMFeat', 'GroupFeat')).out).toContain('GroupFeat');
    expect((await sap1('spinfo')).out).toBe('Example\nhttps://provider.example');
  });

  it('shows whole messages with --xml, but no password', async () => {
    const { err } = await sap1('login', ALICE, '--two-way', '--xml');
    expect(err).toContain('<UserLoginRequest');
    expect(err).toContain('<Password>…</Password>');
  });

  it('ends with 2 when it is typed wrongly, and with 0 after --help', async () => {
    expect((await run(['dance'])).code).toBe(2);
    expect((await run(['--url', 'nowhere', '--secret', 's', 'connect'])).code).toBe(2);
    expect((await run(['login', ALICE, '--secret', 's', '--listen', 'here'])).code).toBe(2);
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('npm run sap1 -- login alice@provider.example');
  });

  it('ends with 3 and advice when no server answers or the secret is wrong', async () => {
    const nobody = await run(['--url', 'http://127.0.0.1:1/ssp', '--secret', 's', 'connect']);
    expect(nobody.code).toBe(3);
    expect(nobody.err).toContain('Is SAP 2 running there?');
    const stranger = await sap1('--secret', 'a guess', 'connect');
    expect(stranger.code).toBe(3);
    expect(stranger.err).toContain('SAP1_SECRET');
  });
});
