import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { shown } from './shown.js';

const SCHEMA = z.object({
  name: z.string(),
  reason: z.string().nullable(),
  endedAt: z.iso.datetime().nullable(),
  before: z.unknown().optional(),
});

describe('a thing in an answer', () => {
  it('has the fields of its schema, and no others', () => {
    const thing = { name: 'a', reason: 'b', endedAtMs: 0, before: 1, passwordHash: 'secret' };
    const endedAt = '1970-01-01T00:00:00.000Z';
    expect(shown(SCHEMA, thing)).toEqual({ name: 'a', reason: 'b', endedAt, before: 1 });
  });

  it('has null for what is undefined, unless the field is optional', () => {
    expect(JSON.stringify(shown(SCHEMA, { name: 'a' }))).toBe('{"name":"a","reason":null,"endedAt":null}');
  });
});
