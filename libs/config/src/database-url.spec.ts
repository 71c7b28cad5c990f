import { describe, expect, it } from '@jest/globals';
import { databaseUrl } from './database-url.js';

describe('the address of PostgreSQL', () => {
  it('may name several hosts', () => {
    const several = 'postgres://sap2:secret@one:5432,two:5433/sap2';
    expect(databaseUrl.parse(several)).toBe(several);
  });

  it.each([
    'postgres://sap2:secret@one:5432,two:x/sap2',
    'postgres://sap2:secret@one,two/',
    'postgres://sap2:secret@one,,two/sap2',
  ])('is refused if one of its hosts cannot be read: %s', (url) => {
    expect(databaseUrl.safeParse(url).success).toBe(false);
  });
});
