import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@sap2/embedded-stores';
import { Client } from 'pg';
import { startTestPostgres, type TestServer } from './test-server.js';

const run = promisify(execFile);
const POLL_MS = 50;
const POLLS = 1_200;

/** A primary and a standby. Each commit waits until the standby has it on its disk. */
export class PostgresPair {
  private constructor(
    readonly primary: TestServer,
    private readonly standby: ChildProcess,
    /** Of the standby. */
    readonly standbyUrl: string,
  ) {}

  static async start(): Promise<PostgresPair> {
    const primary = await startTestPostgres();
    const { dir, bin } = await whereIs(primary.url);
    const { uid, gid } = statSync(dir);
    // PostgreSQL refuses to run as root, so the programs run as the owner of the data.
    const user = process.getuid?.() === 0 ? { uid, gid } : {};
    // Beside the data of the primary, where that owner may pass. It ends with that folder.
    const copy = join(dir, '..', `standby-${process.pid}`);
    mkdirSync(copy, { mode: 0o700 });
    if (process.getuid?.() === 0) await run('chown', [`${uid}:${gid}`, copy]);
    const { port, username, password } = new URL(primary.url);
    const options = { ...user, cwd: '/', env: { LC_ALL: 'C', PGPASSWORD: decodeURIComponent(password) } };
    const from = ['-h', '127.0.0.1', '-p', port, '-U', username];
    const how = ['-R', '-X', 'stream', '--checkpoint=fast', '--no-sync'];
    await run(join(bin, 'pg_basebackup'), [...from, '-D', copy, ...how], options);
    const standbyPort = await freePort();
    const settings = [`port=${standbyPort}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const args = [...settings, 'max_connections=200', 'fsync=off'].flatMap((one) => ['-c', one]);
    const standby = spawn(join(bin, 'postgres'), ['-D', copy, ...args], { ...options, stdio: 'ignore' });
    const url = new URL(primary.url);
    url.port = String(standbyPort);
    const pair = new PostgresPair(primary, standby, url.href);
    await pair.synchronise();
    return pair;
  }

  /** The address of both: the primary first. */
  get url(): string {
    const { host } = new URL(this.primary.url);
    return this.primary.url.replace(host, `${host},${new URL(this.standbyUrl).host}`);
  }

  /** The standby takes writes from now on. */
  async promote(): Promise<void> {
    await asked(this.standbyUrl, 'SELECT pg_promote()');
  }

  async stop(): Promise<void> {
    this.standby.kill('SIGKILL');
    if (this.standby.exitCode === null && this.standby.signalCode === null) await once(this.standby, 'exit');
    await this.primary.stop();
  }

  private async synchronise(): Promise<void> {
    await asked(this.primary.url, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await asked(this.primary.url, 'ALTER SYSTEM SET synchronous_commit = on');
    await asked(this.primary.url, 'SELECT pg_reload_conf()');
    for (let poll = 0; poll < POLLS; poll += 1) {
      const rows = await asked(this.primary.url, 'SELECT sync_state FROM pg_stat_replication');
      if (rows[0]?.['sync_state'] === 'sync') return;
      await pause(POLL_MS);
    }
    throw new Error('the standby does not follow');
  }
}

async function whereIs(url: string): Promise<{ readonly dir: string; readonly bin: string }> {
  const [dir] = await asked(url, 'SHOW data_directory');
  const [bin] = await asked(url, "SELECT setting FROM pg_config() WHERE name = 'BINDIR'");
  return { dir: dir?.['data_directory'] ?? '', bin: bin?.['setting'] ?? '' };
}

async function asked(url: string, statement: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}
