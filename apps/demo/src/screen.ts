import { hexOf } from '../../handset/src/index.js';
import { indentXml, statusWords } from '../../sap1/src/index.js';
import type { Said } from './said.js';

export interface ScreenOptions {
  readonly write: (line: string) => void;
  readonly colour: boolean;
  /** Every message whole, too. */
  readonly xml: boolean;
}

/** Of a terminal as it opens. */
const COLUMNS = 80;
const INDENT = '   ';
/** Where details go on that have no room beside the name. */
const FURTHER = ' '.repeat(22);
/** In a line beside XML. */
const BYTES_BESIDE_XML = 8;
const COLUMNS_OF_BYTES = 4 * BYTES_BESIDE_XML + 1;
/** `ClientCapability-Response` */
const WIDEST_NAME = 25;
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
    this.#write(...wrapped(words(text), ' ', COLUMNS - INDENT.length).map((line) => INDENT + line));
  }

  /** Something that the stage hands say: where the stores come from, and the like. */
  aside(text: string): void {
    const lines = wrapped(words(text), ' ', COLUMNS - INDENT.length);
    this.#write(...lines.map((line) => this.#in(DIM, INDENT + line)));
  }

  blank(): void {
    this.#write('');
  }

  /** One line for each primitive; the whole message below, where wanted. */
  message({ who, sayings, xml, binary }: Said): void {
    for (const { what, details, status } of sayings) {
      const result = status === undefined ? undefined : { code: status, words: statusWords(status) };
      this.line(who, what, details.join('  '), result);
    }
    if (!this.options.xml || xml === '') return;
    const whole = binary === undefined ? indentXml(xml) : hexOf(binary);
    this.#write(...whole.split('\n').map((line) => this.#in(DIM, `       ${line}`)), '');
  }

  /** The bytes of a message in binary XML on the left, and what they mean on the right. */
  bytes({ who, xml, binary = Buffer.alloc(0) }: Said): void {
    const bytes = hexOf(binary, BYTES_BESIDE_XML).split('\n');
    const meaning = indentXml(xml).split('\n');
    const sizes = `${binary.length} bytes, which as XML are ${Buffer.byteLength(xml)}:`;
    this.#write('', `   ${this.#in(CYAN, who.padEnd(18))} ${sizes}`, '');
    for (let at = 0; at < Math.max(bytes.length, meaning.length); at++) {
      const line = `${(bytes[at] ?? '').padEnd(COLUMNS_OF_BYTES)}   ${meaning[at] ?? ''}`;
      this.#write(this.#in(DIM, `   ${line}`.trimEnd()));
    }
  }

  /** Any other message. */
  line(
    who: string,
    what: string,
    details: string,
    result?: { readonly code: number; readonly words: string },
  ): void {
    const status = result === undefined ? '' : ` ${`${result.code} ${result.words}`.trim()}`;
    const name = ` ${what.padEnd(WIDEST_NAME)}`;
    const taken = INDENT.length + who.padEnd(18).length + name.length + status.length + 1;
    const [beside = '', ...further] = wrapped(
      details.split('  '),
      '  ',
      COLUMNS - FURTHER.length,
      COLUMNS - taken,
    );
    const colour = result === undefined || result.code < 300 ? GREEN : YELLOW;
    const parts = [INDENT, this.#in(CYAN, who.padEnd(18)), name];
    if (status !== '') parts.push(' ', this.#in(colour, status.trim()));
    if (beside !== '') parts.push(' ', this.#in(DIM, beside));
    this.#write(parts.join('').trimEnd(), ...further.map((line) => FURTHER + this.#in(DIM, line)));
  }

  shown(what: string): void {
    const [first = '', ...more] = wrapped(words(what), ' ', COLUMNS - INDENT.length - 2);
    this.#write(`${INDENT}${this.#in(GREEN, '✓')} ${first}`, ...more.map((line) => `${INDENT}  ${line}`));
  }

  #in(colour: number, text: string): string {
    return this.options.colour ? `\u001B[${colour}m${text}\u001B[0m` : text;
  }

  #write(...lines: readonly string[]): void {
    for (const line of lines) this.options.write(line);
  }
}

/** A name and its number stay together. */
const words = (text: string): readonly string[] => text.replaceAll(/SAP (\d)/g, 'SAP\u00A0$1').split(' ');

/** @param first the room in the first line */
function wrapped(
  pieces: readonly string[],
  gap: string,
  room: number,
  first: number = room,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const wider = line === '' ? piece : `${line}${gap}${piece}`;
    if (wider.length <= (lines.length === 0 ? first : room)) {
      line = wider;
      continue;
    }
    lines.push(line);
    line = piece;
  }
  return [...lines, line];
}
