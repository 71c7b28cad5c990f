import { describe, expect, it } from '@jest/globals';
import { err, ok } from '@sap2/kernel';

describe('Result', () => {
  it('keeps the value or the reason, never both', () => {
    expect(ok(7)).toEqual({ ok: true, value: 7 });
    expect(err('late')).toEqual({ ok: false, error: 'late' });
  });
});
