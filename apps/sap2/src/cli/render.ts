import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Rendered {
  readonly lines: readonly string[];
  /** What the lines leave out, and how to see it. */
  readonly notes: readonly string[];
}

/** For a person: a list as a table, one thing as its fields. No line is wider than the columns, if words allow it. */
export function render(answer: Json, columns: number): Rendered {
  if (!isObject(answer)) return { lines: [cell(answer)], notes: [] };
  const { items, nextCursor } = answer;
  if (!Array.isArray(items)) {
    const leftOut = new Set<string>();
    return { lines: fields(answer, '', columns, leftOut), notes: noteOf(leftOut) };
  }
  const leftOut = new Set<string>();
  const lines = table(items as readonly Json[], columns, leftOut);
  return { lines, notes: [...noteOf(leftOut), ...moreOf(items.length, nextCursor)] };
}

const noteOf = (leftOut: ReadonlySet<string>): readonly string[] =>
  leftOut.size === 0
    ? []
    : [`Not shown for want of room: ${[...leftOut].join(', ')}. --json has everything.`];

const moreOf = (count: number, nextCursor: Json | undefined): readonly string[] =>
  typeof nextCursor === 'string'
    ? [`These are ${count} of more. --all shows all; the next page: --cursor ${nextCursor}`]
    : [];

const GAP = '  ';
/** A UUID fits. The first column names the thing, so it always stays whole. */
const WIDEST_CELL = 36;

function table(items: readonly Json[], columns: number, leftOut: Set<string>): readonly string[] {
  const rows = items.filter((item) => isObject(item));
  const [first] = rows;
  if (first === undefined) return ['Nothing.'];
  const names = Object.keys(first).filter((name) => rows.some((row) => cell(row[name]) !== '-'));
  const all = names.map((name, index) => [name, ...rows.map((row) => short(cell(row[name]), index))]);
  const widths = all.map((column) => Math.max(...column.map((text) => stringWidth(text))));
  let room = columns + GAP.length;
  const shown = all.filter((column, index) => {
    const needed = (widths[index] ?? 0) + GAP.length;
    if (index > 0 && needed > room) {
      leftOut.add(column[0] ?? '');
      return false;
    }
    room -= needed;
    return true;
  });
  return [first, ...rows].map((_, line) =>
    shown
      .map((column) => padded(column[line] ?? '', widths[all.indexOf(column)] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

const short = (text: string, column: number): string =>
  column === 0 || stringWidth(text) <= WIDEST_CELL ? text : `${text.slice(0, WIDEST_CELL - 1)}…`;

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

function fields(
  thing: { readonly [key: string]: Json },
  indent: string,
  columns: number,
  leftOut: Set<string>,
): readonly string[] {
  const width = Math.max(...Object.keys(thing).map((name) => name.length));
  return Object.entries(thing).flatMap(([name, value]) => {
    const label = `${indent}${`${name}:`.padEnd(width + 1)}`;
    if (isObject(value)) return [label.trimEnd(), ...fields(value, `${indent}  `, columns, leftOut)];
    if (Array.isArray(value) && value.some((entry) => isObject(entry as Json)))
      return [label.trimEnd(), ...listed(value as readonly Json[], `${indent}  `, columns, leftOut)];
    const [start = '', ...more] = wrapAnsi(cell(value), columns - label.length - 1).split('\n');
    return [`${label} ${start}`, ...more.map((line) => ' '.repeat(label.length + 1) + line)];
  });
}

/** Short things as a table. A table would cut a long sentence, so things with sentences come one after the other. */
function listed(
  things: readonly Json[],
  indent: string,
  columns: number,
  leftOut: Set<string>,
): readonly string[] {
  const rows = things.filter((thing) => isObject(thing));
  const isSentence = (text: string): boolean => text.includes(' ') && stringWidth(text) > WIDEST_CELL;
  if (rows.some((row) => Object.values(row).some((value) => isSentence(cell(value)))))
    return rows.flatMap((row) => fields(row, indent, columns, leftOut));
  return table(things, columns - indent.length, leftOut).map((line) => indent + line);
}

function cell(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '-';
  if (Array.isArray(value))
    return value.length === 0 ? '-' : value.map((entry) => cell(entry as Json)).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A refusal (RFC 9457), with the fields that are wrong. */
export function renderProblem(problem: {
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}): readonly string[] {
  const { detail = 'The request was refused.', errors = [] } = problem;
  return [detail, ...errors.map((error) => `  ${error.pointer}: ${error.detail}`)];
}
