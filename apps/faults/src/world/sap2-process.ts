import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

/** Built together: `dist/apps/faults/src/world` beside `dist/apps/sap2/src`. */
const SAP2_MAIN = fileURLToPath(new URL('../../../sap2/src/main.js', import.meta.url));
const START_DEADLINE_MS = 120_000;

export type Environment = Readonly<Record<string, string>>;

/** One process of the built service, as `npm start` would run it, on ports that stay its own over restarts. */
export class Sap2Process {
  private child: ChildProcess | undefined;
  private exited: Promise<number | undefined> = Promise.resolve(undefined);

  constructor(
    readonly number: number,
    private readonly ports: { readonly ssp: number; readonly admin: number },
    private readonly environment: Environment,
    private readonly logFile: string,
  ) {}

  get sspUrl(): string {
    return `http://127.0.0.1:${this.ports.ssp}/ssp`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.ports.admin}`;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  launch(more: Environment = {}): void {
    const log = openSync(this.logFile, 'a', 0o600);
    const { PATH, HOME, TMPDIR } = process.env;
    const child = spawn(process.execPath, [SAP2_MAIN], {
      env: {
        ...definedOnly({ PATH, HOME, TMPDIR }),
        ...this.environment,
        SAP2_SSP_PORT: String(this.ports.ssp),
        SAP2_ADMIN_PORT: String(this.ports.admin),
        ...more,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    this.exited = once(child, 'exit').then(([code]: unknown[]) =>
      typeof code === 'number' ? code : undefined,
    );
  }

  async start(more: Environment = {}): Promise<void> {
    this.launch(more);
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    await until(`process ${this.number} is ready`, START_DEADLINE_MS, async () => {
      if (!this.isRunning) throw new Error(`Process ${this.number} has ended:\n${await this.lastWords()}`);
      return (await this.readiness()) === 200;
    });
  }

  /** HTTP status of the readiness probe; undefined: no answer. */
  async readiness(): Promise<number | undefined> {
    try {
      const answer = await fetch(`${this.adminUrl}/health/ready`, { signal: AbortSignal.timeout(10_000) });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      // The port is closed, or the process ended meanwhile.
      return undefined;
    }
  }

  /** What the readiness probe calls down. */
  async down(): Promise<readonly string[]> {
    const answer = await fetch(`${this.adminUrl}/health/ready`, { signal: AbortSignal.timeout(10_000) });
    const report = (await answer.json()) as {
      readonly details?: Readonly<Record<string, { readonly status: string }>>;
    };
    return Object.entries(report.details ?? {}).flatMap(([name, { status }]) =>
      status === 'down' ? [name] : [],
    );
  }

  /** SIGTERM, and the exit code; undefined: a signal ended it. */
  async terminate(): Promise<number | undefined> {
    this.child?.kill('SIGTERM');
    return this.exited;
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /** Resolves when the process has ended, for any reason. */
  async gone(withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while (this.isRunning && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return !this.isRunning;
  }

  async log(): Promise<string> {
    return readFile(this.logFile, 'utf8');
  }

  private async lastWords(): Promise<string> {
    return (await this.log()).slice(-2_000);
  }
}

const definedOnly = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
