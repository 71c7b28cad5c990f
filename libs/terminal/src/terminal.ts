import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from './usage-error.js';

/** What the command line needs of the world, so that a test can play it. */
export interface Terminal {
  /** Results. */
  out(line: string): void;
  /** Everything else: questions, progress, messages, errors. */
  err(line: string): void;
  /** Asks a person, who sees nothing of what they type. */
  askPassword(question: string): Promise<string>;
  /** Standard input to its end, without the last line break. */
  readAll(): Promise<string>;
  /** Ctrl-C, or the end of `signal`. */
  interrupted(signal: AbortSignal): Promise<void>;
}

export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  async askPassword(question) {
    if (!process.stdin.isTTY)
      throw new UsageError('There is nobody to ask for the password; give --password-stdin.');
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    process.stderr.write(question);
    try {
      return await terminal.question('');
    } catch (error) {
      // Ctrl-C or Ctrl-D.
      throw new UsageError('No password was given.', { cause: error });
    } finally {
      terminal.close();
      process.stderr.write('\n');
    }
  },
  async readAll() {
    return (await text(process.stdin)).replace(/\r?\n$/, '');
  },
  async interrupted(signal) {
    await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]).catch(
      (error: unknown) => {
        if (!signal.aborted) throw error;
      },
    );
  },
};
