import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { LedgerUnavailableError, StatementRefusedError, storeFailure } from './store-failure.js';

const failed = (code: string | undefined, message: string, constraint?: string): QueryFailedError =>
  new QueryFailedError(
    'SELECT $1',
    ['a secret'],
    Object.assign(new Error(message), { ...(code && { code }), ...(constraint && { constraint }) }),
  );

describe('a failure of PostgreSQL', () => {
  it.each([
    '08006',
    '40001',
    '40P01',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P03',
    '58000',
    '25P03',
    '25006',
    'ECONNREFUSED',
    undefined,
  ])('%s may pass: unavailable', (code) => {
    expect(storeFailure(failed(code, 'went away'))).toBeInstanceOf(LedgerUnavailableError);
  });

  it.each(['23505', '42601', '22P02', '25P02'])('%s does not pass: a defect', (code) => {
    const failure = storeFailure(failed(code, 'no', 'account_pkey'));
    expect(failure).toBeInstanceOf(StatementRefusedError);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain('account_pkey');
  });

  it('V8: carries neither parameters nor a value that PostgreSQL quotes', () => {
    const failure = storeFailure(failed('22P02', 'invalid input syntax for type bigint: "a secret"'));
    expect(JSON.stringify([Object.entries(failure), failure.message])).not.toContain('secret');
    expect(failure.cause).toBeUndefined();
  });

  it('of the connection itself is unavailability too', () => {
    expect(storeFailure(new Error('timeout exceeded when trying to connect')).message).toBe(
      'PostgreSQL is not available: timeout exceeded when trying to connect',
    );
  });
});
