export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** For a person: a list as a table, one thing as its fields. */
export function render(answer: Json): readonly string[] {
  if (isObject(answer) && Array.isArray(answer['items'])) return table(answer['items'] as readonly Json[]);
  return isObject(answer) ? fields(answer, '') : [cell(answer)];
}

function table(items: readonly Json[]): readonly string[] {
  const rows = items.filter((item) => isObject(item));
  const [first] = rows;
  if (first === undefined) return ['Nothing.'];
  const columns = Object.keys(first).filter((name) => rows.some((row) => cell(row[name]) !== '-'));
  const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row[name])))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function fields(thing: { readonly [key: string]: Json }, indent: string): readonly string[] {
  const width = Math.max(...Object.keys(thing).map((name) => name.length));
  return Object.entries(thing).flatMap(([name, value]) => {
    const label = `${indent}${`${name}:`.padEnd(width + 1)}`;
    if (isObject(value)) return [label.trimEnd(), ...fields(value, `${indent}  `)];
    if (Array.isArray(value) && value.some((entry) => isObject(entry as Json))) {
      return [label.trimEnd(), ...table(value as readonly Json[]).map((line) => `${indent}  ${line}`)];
    }
    return [`${label} ${cell(value)}`];
  });
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
