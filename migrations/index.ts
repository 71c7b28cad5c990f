import { FirstTables1795402392533 } from './1795402392533-first-tables.js';
import { AdministeredAgreements1795742500000 } from './1795742500000-administered-agreements.js';

/** Every migration, oldest first. Append only: what has run somewhere is never edited. */
export const MIGRATIONS = [FirstTables1795402392533, AdministeredAgreements1795742500000];
