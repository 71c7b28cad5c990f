import { describe, expect, it } from '@jest/globals';
import { postgresServers } from './postgres-address.js';

describe('the address of PostgreSQL', () => {
  it('names one server, or several with one user, password and database', () => {
    const one = 'postgres://sap2:p%40w@one:5432/sap2';
    expect(postgresServers(one)).toEqual([one]);
    expect(
      postgresServers('postgres://sap2:p%40w@one:5432,[fd00::2]:5433,three/sap2?sslmode=verify-full'),
    ).toEqual([
      'postgres://sap2:p%40w@one:5432/sap2?sslmode=verify-full',
      'postgres://sap2:p%40w@[fd00::2]:5433/sap2?sslmode=verify-full',
      'postgres://sap2:p%40w@three/sap2?sslmode=verify-full',
    ]);
  });

  it('stays as it is if it cannot be read', () => {
    expect(postgresServers('nonsense, and more')).toEqual(['nonsense, and more']);
  });
});
