import { describe, expect, it } from '@jest/globals';
import { CSP_VERSIONS } from '@sap2/csp-wire';
import { once } from 'node:events';
import type { Terminal } from '@sap2/terminal';
import { runHandset } from '../../../apps/handset/src/cli/program.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';
import { until } from '../../support/service/until.js';

const world = gatewayWorldForThisFile({ front: { port: 0, longPollS: 2 }, stcp: { port: 0 } });
let users = 0;

/** The command line as a person uses it. Ctrl-C is `interrupt`. */
class Screen implements Terminal {
  readonly said: string[] = [];
  private readonly ctrlC = new AbortController();

  out(line: string): void {
    this.said.push(line);
  }

  err(line: string): void {
    this.said.push(line);
  }

  askPassword(): Promise<string> {
    return Promise.reject(new Error('a test gives the password'));
  }

  readAll(): Promise<string> {
    return this.askPassword();
  }

  async interrupted(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.ctrlC.signal]);
    if (!either.aborted) await once(either, 'abort');
  }

  interrupt(): void {
    this.ctrlC.abort();
  }

  get sessionID(): string | undefined {
    return /session ([A-Za-z0-9]+),/u.exec(this.said.join('\n'))?.[1];
  }
}

interface Run {
  readonly screen: Screen;
  readonly exitCode: Promise<number>;
}

function run(...options: readonly string[]): Run {
  const name = `user-${users++}`;
  const screen = new Screen();
  const login = ['login', `${name}@provider.example`, '--front', world.url, '--password', `${name}-password`];
  return { screen, exitCode: runHandset([...login, ...options], screen) };
}

const encodings = [[], ['--wbxml']] as const;
const credentials = [['--two-way'], ['--digest', 'SHA'], ['--digest', 'MD5']] as const;
const habits = ['android', 'nokia'] as const;
const cells = CSP_VERSIONS.flatMap((version) =>
  encodings.flatMap((encoding) =>
    credentials.map((credential, i) =>
      ['--version', version, encoding, credential, '--like', habits[i % habits.length] ?? 'android'].flat(),
    ),
  ),
);

describe('the handset of the command line', () => {
  it.each(cells.map((options) => [options.join(' '), options] as const))(
    'logs in and out with %s',
    async (_name, options) => {
      const { screen, exitCode } = run(...options, '--once');
      expect([await exitCode, screen.said.at(-1)]).toEqual([0, 'Logged out.']);
    },
  );

  it('obeys the provider, which it hears of by its poll', async () => {
    const { screen, exitCode } = run('--wbxml', '--bytes');
    await until('its session', () => screen.sessionID !== undefined);
    await world.end(screen.sessionID ?? '');
    expect(await exitCode).toBe(1);
    expect(screen.said.at(-1)).toMatch(/^The provider ended the session: 601/u);
  });

  it('polls when the STCP channel wakes it', async () => {
    const { screen, exitCode } = run('--stcp', `127.0.0.1:${world.gateway.stcpPort}`);
    await until('its session', () => screen.sessionID !== undefined);
    expect(screen.said.filter((line) => line.includes('Polling-Request'))).toEqual([]);
    await world.end(screen.sessionID ?? '');
    expect(await exitCode).toBe(1);
    expect(screen.said.filter((line) => line.includes('Polling-Request'))).toHaveLength(1);
  });

  it('stays until Ctrl-C, and logs out then', async () => {
    const { screen, exitCode } = run('--time-to-live', '600');
    await until('its first poll', () => screen.said.some((line) => line.includes('Polling-Request')));
    screen.interrupt();
    expect(await exitCode).toBe(0);
    expect(screen.said.at(-1)).toBe('Logged out.');
  });

  it('shows no password, digest or nonce', async () => {
    const { screen, exitCode } = run('--bytes', '--once');
    await exitCode;
    expect(screen.said.join('\n')).not.toMatch(/-password|digestBytes=[^…]|nonce=[^…]/u);
  });

  it('says why it is not logged in, and that a front does not answer', async () => {
    const wrong = new Screen();
    const options = ['--password', 'wrong', '--front'];
    expect(await runHandset(['login', 'user-0@provider.example', ...options, world.url], wrong)).toBe(1);
    expect(wrong.said.at(-1)).toMatch(/^Not logged in: 409/u);
    const away = new Screen();
    expect(
      await runHandset(['login', 'user-0@provider.example', ...options, 'http://127.0.0.1:9/'], away),
    ).toBe(3);
    expect(away.said.at(-1)).toMatch(/^The front does not answer/u);
  });
});
