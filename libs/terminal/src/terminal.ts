import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { addAbortSignal, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from './usage-error.js';

/** What the command line needs of the world, so that a test can play it. */
export interface Terminal {
  /** Results. */
  out(line: string): void;
  /** Everything else: questions, progress, messages, errors. */
  err(line: string): void;
  /**
   * Asks a person without an echo.
   * @param instead what a script does
   * @throws UsageError without a terminal, or without an answer
   */
  askPassword(question: string, instead: string): Promise<string>;
  /** Standard input to its end, without the last line break. @throws AbortError at the end of `signal` */
  readAll(signal?: AbortSignal): Promise<string>;
  /** Ctrl-C, or the end of `signal`. */
  interrupted(signal: AbortSignal): Promise<void>;
}

/** A terminal of a program with tables, and with commands that nothing can undo. */
export interface InteractiveTerminal extends Terminal {
  /** How wide a line may be. Undefined: the output is no terminal. */
  readonly columns: number | undefined;
  /**
   * Asks a person for a yes.
   * @param instead what a script does
   * @throws UsageError without a terminal
   */
  confirm(question: string, instead: string): Promise<boolean>;
}

export const processTerminal: InteractiveTerminal = {
  columns: process.stdout.columns,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  async askPassword(question, instead) {
    if (!process.stdin.isTTY) throw new UsageError(`There is no terminal for the question; give ${instead}.`);
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
  async confirm(question, instead) {
    if (!process.stdin.isTTY) {
      throw new UsageError(`${question} There is no terminal for an answer; give ${instead}.`);
    }
    const { default: confirm } = await import('@inquirer/confirm');
    try {
      return await confirm({ message: question, default: false }, { output: process.stderr });
    } catch (error) {
      // Ctrl-C or Ctrl-D.
      if ((error as Error).name === 'ExitPromptError') return false;
      throw error;
    }
  },
  async readAll(signal) {
    const input = signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin);
    return (await text(input)).replace(/\r?\n$/, '');
  },
  async interrupted(signal) {
    await Promise.race([once(process, 'SIGINT', { signal }), once(process, 'SIGTERM', { signal })]).catch(
      (error: unknown) => {
        if (!signal.aborted) throw error;
      },
    );
  },
};
