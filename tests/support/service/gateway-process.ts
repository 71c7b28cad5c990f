import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnBuilt } from './built-program.js';

const PROGRAM = resolve(import.meta.dirname, '../../../dist/apps/sap1/src/main.js');

/** Gateways as an operator starts them, each in a process of its own. The test has built the program. */
export class GatewayProcesses {
  readonly #running = new Set<ReturnType<typeof spawnBuilt>>();

  /**
   * Resolves when the gateway serves handsets, or has ended.
   *
   * @param env what it gets beside PATH and HOME
   * @param flags those of Node
   */
  async serve(args: readonly string[], env: NodeJS.ProcessEnv, flags: readonly string[] = []) {
    const { PATH, HOME } = process.env;
    const child = spawnBuilt(PROGRAM, ['serve', ...args], { PATH, HOME, ...env }, flags);
    this.#running.add(child);
    const exited = once(child, 'exit').then(([code]) => {
      this.#running.delete(child);
      return code as number | null;
    });
    const said: string[] = [];
    const log: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => log.push(line));
    const up = new Promise<void>((ready) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said.push(line);
        if (line.startsWith('CSP for handsets')) ready();
      });
    });
    await Promise.race([up, exited]);
    return { child, exited, said, log };
  }

  kill(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }
}
