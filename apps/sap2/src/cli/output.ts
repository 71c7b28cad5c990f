import { SingleBar } from 'cli-progress';
import type { Terminal } from '@sap2/terminal';

/** Results on standard output, everything else on standard error. */
export interface Output {
  readonly isJson: boolean;
  /** One JSON text, or the lines for a person. */
  result(json: unknown, lines: readonly string[]): void;
  /** Why it was not done. */
  refusal(json: unknown, lines: readonly string[]): void;
  /** One of many results, as it comes. */
  line(text: string): void;
  say(line: string): void;
}

export function outputOn(terminal: Pick<Terminal, 'out' | 'err'>, isJson: boolean): Output {
  return {
    isJson,
    result: (json, lines) => terminal.out(isJson ? JSON.stringify(json) : lines.join('\n')),
    refusal: (json, lines) => {
      if (isJson) terminal.out(JSON.stringify(json));
      else terminal.err(lines.join('\n'));
    },
    line: (text) => terminal.out(text),
    say: (line) => terminal.err(line),
  };
}

export interface Progress {
  add(count: number): void;
  end(): void;
}

/** A bar for a person at a terminal. Scripts get no bar, and work of unknown length has none. */
export function progressOn(
  { isJson }: Pick<Output, 'isJson'>,
  total: number | undefined,
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean } = process.stderr,
): Progress {
  if (isJson || total === undefined || stream.isTTY !== true) {
    return { add: () => undefined, end: () => undefined };
  }
  const bar = new SingleBar({ format: '{bar} {percentage} %, {eta_formatted} left', stream });
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), end: () => bar.stop() };
}
