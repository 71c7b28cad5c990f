import type { UserPageRequest } from '@sap2/administration';
import { USER_COLUMNS } from '../../rows/account.row.js';
import { Conditions, type Statement } from '../conditions.js';

/** The greatest character there is: no name that begins with a prefix comes after prefix and this. */
const LAST = '\u{10FFFF}';

/**
 * A page is one scan of an index in the order of ids. The index is the primary key, that of the domain, or one of the two
 * with suspended users only. Names are compared by their characters (`COLLATE "C"`), so a prefix is a range.
 */
export function searchStatement({
  prefix,
  domain,
  suspended,
  after,
  limit,
  among,
}: UserPageRequest): Statement {
  const conditions = new Conditions()
    .where(prefix, (first) => `id >= ${first}`)
    .where(prefix === undefined ? undefined : `${prefix}${LAST}`, (last) => `id < ${last}`)
    .where(after, (last) => `id > ${last}`)
    .equal('domain', domain)
    .where(among, (ids) => `id = ANY (${ids})`);
  // Not as a parameter: the planner must see that a partial index fits.
  const state = suspended === undefined ? '' : suspended ? ' AND suspended' : ' AND NOT suspended';
  return [
    `SELECT ${USER_COLUMNS} FROM account WHERE ${conditions.sql}${state} ORDER BY id LIMIT ${conditions.value(limit)}`,
    conditions.parameters,
  ];
}
