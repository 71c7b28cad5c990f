export const PAGE_DEFAULT = 50;
/** A page an administrator can read, and a query that costs the same at any depth. */
export const MAX_PAGE = 500;
