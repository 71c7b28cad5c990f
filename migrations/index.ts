import { FirstTables1795402392533 } from './1795402392533-first-tables.js';

/** Every migration, oldest first. Append only: what has run somewhere is never edited. */
export const MIGRATIONS = [FirstTables1795402392533];
