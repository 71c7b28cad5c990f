import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DemoFailure } from './demo-failure.js';

/** Its stores may have to be fetched first. */
const START_DEADLINE_MS = 240_000;
const KNOCK_EVERY_MS = 100;
/** SAP 2 itself gives up after 30 s. */
const STOP_DEADLINE_MS = 40_000;
const LAST_LINES = 20;

/** SAP 2 as a process of its own, as `npm start` would run it. */
export class Sap2Process {
  readonly #child: ChildProcess;
  readonly #lastLines: string[] = [];
  #starting = true;

  /** @param main path of its compiled entry file. @param say gets what it tells people while it starts */
  constructor(main: string, env: NodeJS.ProcessEnv, say: (line: string) => void) {
    // In a process group of its own, so that Ctrl-C reaches it through us, once and in order.
    this.#child = spawn(process.execPath, [main], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#listen(this.#child.stdout, () => undefined);
    this.#listen(this.#child.stderr, (line) => {
      if (this.#starting) say(line);
    });
  }

  /** @throws DemoFailure when it ends or takes too long instead */
  async ready(adminUrl: string): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await isReady(adminUrl))) {
      if (this.#ended) {
        // Its last words may still be on their way.
        await sleep(KNOCK_EVERY_MS);
        throw new DemoFailure('SAP 2 did not start.');
      }
      if (Date.now() > deadline)
        throw new DemoFailure(`SAP 2 is not ready after ${START_DEADLINE_MS / 1000} s.`);
      await sleep(KNOCK_EVERY_MS);
    }
    this.#starting = false;
  }

  /** SIGTERM, and patience. @returns its exit code; undefined: a signal ended it */
  async stop(): Promise<number | undefined> {
    if (!this.#ended) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const inTime = await Promise.race([
        exit.then(() => true),
        sleep(STOP_DEADLINE_MS, false, { ref: false }),
      ]);
      if (!inTime) this.#child.kill('SIGKILL');
      await exit;
    }
    return this.#child.exitCode ?? undefined;
  }

  /** What it said last, its log included. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #listen(stream: Readable | null, each: (line: string) => void): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.#lastLines.push(line);
      if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
      each(line);
    });
  }
}

async function isReady(adminUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${adminUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // The port is not open yet.
    return false;
  }
}
