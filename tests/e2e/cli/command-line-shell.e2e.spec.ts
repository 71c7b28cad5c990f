import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackages, testFolder } from '@sap2/test-support';
import { build, COMMAND_LINE } from '../../support/service/built-program.js';
import {
  ADMIN_TOKEN,
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const emptyFolder = (): string => mkdtempSync(join(testFolder(), 'shell-'));

/** A command in a shell without any variable of the service, without a terminal, in an empty folder. */
function shell(script: string, variables: Readonly<Record<string, string>> = {}, cwd = emptyFolder()) {
  const { PATH, HOME } = process.env;
  const sap2 = `sap2() { '${process.execPath}' '${COMMAND_LINE}' "$@"; }`;
  return new Promise<Ended>((resolve) => {
    const child = execFile(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', `${sap2}\n${script}`],
      { cwd, env: { PATH, HOME, ...variables }, timeout: 120_000 },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
    child.stdin?.end();
  });
}

let service: ServiceUnderTest;
let remote: string;
beforeAll(async () => {
  const users = Array.from({ length: 60 }, (_, index) => ({
    userID: `wv:user-${String(index).padStart(2, '0')}@provider.example`,
    password: 'a-password-of-a-user',
  }));
  service = await startServiceUnderTest({}, { ...DEFAULT_SEED, users });
  const token = join(emptyFolder(), 'token');
  writeFileSync(token, `${ADMIN_TOKEN}\n`);
  remote = `--url ${service.adminUrl} --token-file ${token}`;
  await build();
}, 300_000);
afterAll(() => service.stop());

describe('sap2 where no service is', () => {
  it.each([['user list'], ['migrate'], ['verify --start-stores'], ['user list --data-dir elsewhere']])(
    '%s makes nothing, and says which folder it would use and how to name another',
    async (command) => {
      const folder = emptyFolder();
      const { code, out, err } = await shell(`sap2 ${command}`, {}, folder);
      expect([code, out]).toEqual([3, '']);
      expect(err).toContain(join(folder, command.includes('elsewhere') ? 'elsewhere' : '.sap2'));
      for (const way of ['--data-dir', '--url', 'DATABASE_URL']) expect(err).toContain(way);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('sap2 with a service elsewhere', () => {
  it('administers it by REST, as the administrator of the token', async () => {
    const made = await shell(`sap2 ${remote} domain create new.example --json`);
    expect(JSON.parse(made.out)).toMatchObject({ name: 'new.example' });
    const variables = { SAP2_CLI_URL: `${service.adminUrl}/admin/v1/`, SAP2_CLI_TOKEN: ADMIN_TOKEN };
    const audit = await shell('sap2 audit list --json --limit 1', variables);
    expect(JSON.parse(audit.out)).toMatchObject({
      items: [{ actor: 'tester', target: 'domain new.example' }],
    });
    const exported = await shell(`sap2 user export ${remote} | wc -l`);
    expect(exported.out.trim()).toBe('60');
    const job = `sap2 session end-many ${remote} --peer wv:@rival.example --reason night --yes --json`;
    expect(await shell(job)).toMatchObject({ code: 0 });
    const deeper = ['--url', 'http://127.0.0.1:9/', '--types', 'session.ended', '--json'].join(' ');
    const created = await shell(`sap2 ${remote} subscription create presence ${deeper}`);
    expect(JSON.parse(created.out)).toMatchObject({ name: 'presence', url: 'http://127.0.0.1:9/' });
  });

  it('says what is wrong with its URL or its token, and never says the token', async () => {
    const token = { SAP2_CLI_TOKEN: 'a-token-of-nobody-at-all-000000000' };
    for (const [url, code, word] of [
      ['http://127.0.0.1:9', 3, 'ECONNREFUSED'],
      [service.adminUrl, 1, 'token'],
      ['ftp://sap2.example', 2, 'https://sap2.example:7080'],
      [`${service.adminUrl}/elsewhere`, 2, 'path'],
      ['https://name:secret@sap2.example', 2, '--token-file'],
    ] as const) {
      const ended = await shell(`sap2 --url ${url} user list`, token);
      expect(ended).toMatchObject({ code, out: '', err: expect.stringContaining(word) as unknown });
      expect(ended.err).not.toContain(token.SAP2_CLI_TOKEN);
    }
    expect((await shell(`sap2 --url ${service.adminUrl} user list`)).err).toContain('--token-file');
    expect((await shell(`sap2 --url ${service.adminUrl} migrate`)).code).toBe(2);
  });

  it.each([['--version'], ['user create --help'], ['REMOTE user list'], ['completion bash']])(
    '%s loads neither Nest nor the drivers of the stores',
    async (command) => {
      const folder = emptyFolder();
      // Node lists every script of a process in its coverage.
      const { code } = await shell(`sap2 ${command.replace('REMOTE', remote)}`, { NODE_V8_COVERAGE: folder });
      expect(code).toBe(0);
      const loaded = readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join();
      expect(loaded).toContain('commander');
      expect(loaded).not.toMatch(/node_modules\/(?:@nestjs|typeorm|ioredis|pg|pino|fastify)\//);
    },
  );
});

describe('what a person sees', () => {
  it('says that a list goes on, and holds 80 columns', async () => {
    const first = await shell(`sap2 ${remote} user list`);
    expect(first.out.trim().split('\n')).toHaveLength(51);
    expect(first.err).toMatch(/These are 50 of more\. --all shows all; the next page: --cursor \S+/);
    expect(first.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const cursor = /--cursor (\S+)/.exec(first.err)?.[1] ?? '';
    const next = await shell(`sap2 ${remote} user list --cursor ${cursor}`);
    expect(next.out).toContain('wv:user-50@provider.example');
    expect(next.err).not.toContain('--cursor');
    const all = await shell(`sap2 ${remote} user list --all`);
    expect(all.out.trim().split('\n')).toHaveLength(61);
    for (const list of ['agreement list', 'audit list', 'session list', 'admin list', 'domain list']) {
      const { out } = await shell(`sap2 ${remote} ${list}`);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it('is asked before something is removed for good; without a terminal that is refused', async () => {
    for (const command of [
      'user delete wv:user-00@provider.example',
      'session end-many --domain provider.example',
    ]) {
      const { code, err } = await shell(`sap2 ${remote} ${command}`);
      expect(code).toBe(2);
      expect(err).toContain('give --yes');
    }
    expect((await shell(`sap2 ${remote} user show wv:user-00@provider.example`)).code).toBe(0);
    expect((await shell(`sap2 ${remote} user delete wv:user-00@provider.example --yes`)).code).toBe(0);
  });

  it('is asked at a terminal, and a plain return is a no', async () => {
    const command = `'${process.execPath}' '${COMMAND_LINE}' ${remote} user delete wv:user-01@provider.example`;
    const ended = await shell(`(sleep 3; echo; sleep 1) | script -qec "${command}" /dev/null`);
    expect(ended.out).toContain('this cannot be undone');
    expect(ended.code).toBe(1);
    expect((await shell(`sap2 ${remote} user show wv:user-01@provider.example`)).code).toBe(0);
  });

  it('sees the help of a group without a command, and no word of the library', async () => {
    const { code, err } = await shell('sap2 user');
    expect(code).toBe(2);
    expect(err).toContain('set-password');
    expect(err).not.toContain('outputHelp');
  });
});

describe('completion', () => {
  const tries = [
    ['', 'user'],
    ['user', 'set-password'],
    ['--json user', 'list'],
    ['user list', '--suspended'],
    ['audit verify', '--anchor'],
  ] as const;

  it.each(tries)('of bash knows what comes after sap2 %s', async (line, word) => {
    const words = ['sap2', ...line.split(' ').filter((one) => one !== ''), ''];
    const quoted = words.map((one) => `'${one}'`).join(' ');
    const { out, err } = await shell(`source <(sap2 completion bash)
      COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _sap2; echo "\${COMPREPLY[@]}"`);
    expect(err).toBe('');
    expect(out.split(/\s/)).toContain(word);
  });

  it('of zsh knows the same', async () => {
    const root = await debianPackages('zsh');
    for (const [line, word] of tries) {
      const words = `sap2 ${line} ''`;
      const script = `compdef() { }; compadd() { shift; print -- "$@"; }
        source =(print -r -- "$COMPLETION"); words=(${words}); CURRENT=\${#words}; _sap2`;
      const { out, err } = await shell(
        `export COMPLETION=$(sap2 completion zsh); ${join(root, 'bin/zsh')} -f -c '${script.replaceAll("'", `'\\''`)}'`,
      );
      expect(err).toBe('');
      expect(out.split(/\s/)).toContain(word);
    }
  });

  it('of another shell is refused', async () => {
    expect(await shell('sap2 completion fish')).toMatchObject({ code: 2, out: '' });
  });
});
