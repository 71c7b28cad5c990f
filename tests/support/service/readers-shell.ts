import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../../..');
const MARK = '@@the-block-is-done';

/** The text of a page, from the root of the project. */
export const pageOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Blocks of a page in one language, in their order. */
export const blocksOf = (page: string, language: string): readonly string[] =>
  Array.from(
    page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')),
    ([, block = '']) => block,
  );

/** A folder that is the checkout for a reader, and keeps what the reader makes. */
export function likeCheckout(folder: string): void {
  for (const name of readdirSync(ROOT).filter((one) => !/^\.(?:git|sap2)/.test(one)))
    symlinkSync(join(ROOT, name), join(folder, name));
}

/** One shell for a whole page: folders, functions and variables stay from block to block, as in a terminal. */
export class ReadersShell {
  private readonly bash;
  private readonly said: string[] = [];
  private readonly errors: string[] = [];
  private done: (() => void) | undefined;
  private ended = false;

  constructor(cwd: string) {
    const { PATH, HOME } = process.env;
    this.bash = spawn('bash', ['--norc', '-euo', 'pipefail'], { cwd, env: { PATH, HOME } });
    createInterface({ input: this.bash.stdout }).on('line', (line) => {
      if (line === MARK) this.done?.();
      else this.said.push(line);
    });
    createInterface({ input: this.bash.stderr }).on('line', (line) => void this.errors.push(line));
    this.bash.stdin.on('error', () => undefined);
    this.bash.on('exit', () => {
      this.ended = true;
      this.done?.();
    });
  }

  /** What the block prints. @throws Error with all that the shell said, where a command of it fails */
  async run(block: string): Promise<string> {
    const from = this.said.length;
    const over = new Promise<void>((settle) => {
      this.done = settle;
    });
    // A command that reads its input must not read the next commands. What curl prints ends without a line break.
    this.bash.stdin.write(`{\n${block}\n} </dev/null\nprintf '\\n%s\\n' ${MARK}\n`);
    await over;
    const text = this.said.slice(from).join('\n');
    if (this.ended) throw new Error(`A command failed:\n${block}\n${text}\n${this.errors.join('\n')}`);
    return text;
  }

  close(): void {
    this.bash.stdin.end();
    this.bash.kill();
  }
}
