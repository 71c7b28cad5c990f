import { describe, indentXml, statusWords, type TracedMessage } from '../../sap1/src/index.js';
import { OPERATOR } from './stage.js';

export interface ScreenOptions {
  readonly write: (line: string) => void;
  readonly colour: boolean;
  /** Every message whole, too. */
  readonly xml: boolean;
}

const WIDTH = 100;
const BOLD = 1;
const DIM = 2;
const GREEN = 32;
const YELLOW = 33;
const CYAN = 36;

/** What the audience sees. Who speaks to whom stands on the left; SAP 1 always before SAP 2. */
export class Screen {
  constructor(private readonly options: ScreenOptions) {}

  heading(text: string): void {
    this.#write('', this.#in(BOLD, text));
  }

  prose(text: string): void {
    this.#write(...wrapped(text).map((line) => `   ${line}`));
  }

  /** Something that the stage hands say: where the stores come from, and the like. */
  aside(text: string): void {
    this.#write(this.#in(DIM, `   ${text}`));
  }

  blank(): void {
    this.#write('');
  }

  /** One line for each primitive of an SSP message; the whole message below, where wanted. */
  message({ from, xml, httpStatus }: TracedMessage): void {
    const who = from === OPERATOR ? 'SAP 1 ──► SAP 2' : 'SAP 1 ◄── SAP 2';
    for (const { what, details, status } of describe(xml, httpStatus)) {
      const result = status === undefined ? undefined : { code: status, words: statusWords(status) };
      this.line(who, what, details.join('  '), result);
    }
    if (this.options.xml && xml !== '') {
      this.#write(
        ...indentXml(xml)
          .split('\n')
          .map((line) => this.#in(DIM, `       ${line}`)),
        '',
      );
    }
  }

  /** Any other message. */
  line(
    who: string,
    what: string,
    details: string,
    result?: { readonly code: number; readonly words: string },
  ): void {
    const parts = [`   ${this.#in(CYAN, who.padEnd(18))} ${what.padEnd(22)}`];
    if (result !== undefined) {
      parts.push(this.#in(result.code < 300 ? GREEN : YELLOW, `${result.code} ${result.words}`.trim()));
    }
    if (details !== '') parts.push(this.#in(DIM, details));
    this.#write(parts.join(' ').trimEnd());
  }

  shown(what: string): void {
    this.#write(`   ${this.#in(GREEN, '✓')} ${what}`);
  }

  #in(colour: number, text: string): string {
    return this.options.colour ? `\u001B[${colour}m${text}\u001B[0m` : text;
  }

  #write(...lines: readonly string[]): void {
    for (const line of lines) this.options.write(line);
  }
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // A name and its number stay together.
  for (const word of text.replaceAll(/SAP (\d)/g, 'SAP\u00A0$1').split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
