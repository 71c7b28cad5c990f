import { describe, expect, it } from '@jest/globals';
import { databaseUrl } from './database-url.js';

const ADDRESS = 'postgres://role:word@db.example:5432/sap2';

describe('the address of PostgreSQL', () => {
  it.each(['prefer', 'require', 'verify-ca', 'verify-full'])(
    'with sslmode=%s checks certificate and name of the server, as pg does',
    (mode) => {
      expect(databaseUrl.parse(`${ADDRESS}?sslmode=${mode}&sslrootcert=/ca.pem`)).toBe(
        `${ADDRESS}?sslmode=verify-full&sslrootcert=/ca.pem`,
      );
    },
  );

  it.each(['', '?sslmode=disable', '?uselibpqcompat=true&sslmode=require'])('stays as it is: %s', (query) => {
    expect(databaseUrl.parse(ADDRESS + query)).toBe(ADDRESS + query);
  });

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
