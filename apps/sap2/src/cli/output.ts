import { SingleBar } from 'cli-progress';
import type { InteractiveTerminal } from '@sap2/terminal';
import { type Json, render } from './render.js';

/** Results on standard output, everything else on standard error. */
export interface Output {
  readonly isJson: boolean;
  /** One JSON text, or for a person what it says. */
  result(json: Json): void;
  /** Why it was not done. */
  refusal(json: unknown, lines: readonly string[]): void;
  /** One of many results, as it comes. */
  line(text: string): void;
  say(line: string): void;
}

/** Where output goes, and how wide it may be. */
type Screen = Pick<InteractiveTerminal, 'out' | 'err'> & { readonly columns: number };

export function outputOn({ out, err, columns }: Screen, isJson: boolean): Output {
  return {
    isJson,
    result(json) {
      if (isJson) return out(JSON.stringify(json));
      const { lines, notes } = render(json, columns);
      out(lines.join('\n'));
      for (const note of notes) err(note);
    },
    refusal: (json, lines) => {
      if (isJson) out(JSON.stringify(json));
      else err(lines.join('\n'));
    },
    line: (text) => out(text),
    say: (line) => err(line),
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
  const bar = new SingleBar({ format: '{bar} {percentage} %{eta_formatted}', formatTime: timeLeft, stream });
  bar.start(total, 0);
  return { add: (count) => bar.increment(count), end: () => bar.stop() };
}

/** The library gives a word where it does not know the time yet. */
function timeLeft(seconds: number): string {
  if (!(seconds > 0)) return '';
  return seconds < 120 ? `, ${seconds} s left` : `, ${Math.round(seconds / 60)} min left`;
}
