import type { UserPageRequest } from '@sap2/administration';
import { USER_COLUMNS } from './user-columns.js';

/** The greatest character there is: no name that begins with a prefix comes after prefix and this. */
const LAST = '\u{10FFFF}';

/**
 * A page is one scan of an index in the order of ids. The index is the primary key, that of the domain, or one of the two
 * with suspended users only. Names are compared by their characters (`COLLATE "C"`), so a prefix is a range.
 */
export function searchStatement({ prefix, domain, suspended, after, limit }: UserPageRequest): {
  readonly text: string;
  readonly parameters: readonly unknown[];
} {
  const parameters: unknown[] = [];
  const value = (parameter: unknown): string => `$${parameters.push(parameter)}`;
  const conditions = [
    ...(prefix === undefined ? [] : [`id >= ${value(prefix)}`, `id < ${value(`${prefix}${LAST}`)}`]),
    ...(after === undefined ? [] : [`id > ${value(after)}`]),
    ...(domain === undefined ? [] : [`domain = ${value(domain)}`]),
    ...(suspended === undefined ? [] : [suspended ? 'suspended' : 'NOT suspended']),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    text: `SELECT ${USER_COLUMNS} FROM account ${where} ORDER BY id LIMIT ${value(limit)}`,
    parameters,
  };
}
