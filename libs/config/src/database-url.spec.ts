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
});
