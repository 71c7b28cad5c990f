import type { ComponentChildren } from 'preact';
import { TEXTS } from '../texts.js';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
}

interface TableProps<Row> {
  /** What a screen reader calls it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** What an empty list says. */
  readonly empty?: string;
}

/** On a narrow screen each row is a card, and each cell has its head beside it. */
export function Table<Row>({ caption, columns, rows, keyOf, empty = TEXTS.words.nothing }: TableProps<Row>) {
  if (rows === undefined) return <p aria-live="polite">{TEXTS.words.loading}</p>;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table>
      <caption class="for-readers">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, isNumber }) => (
            <th key={head} scope="col" class={isNumber ? 'number' : ''}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ head, cell, isNumber }) => (
              <td key={head} data-head={head} class={isNumber ? 'number' : ''}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
