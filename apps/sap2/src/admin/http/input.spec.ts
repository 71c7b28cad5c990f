import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Problem } from '../problem.filter.js';
import { PAGE_QUERY } from './fields.js';
import { readInput } from './input.js';
import { operations } from './operation.js';

const { makeThing: SPEC } = operations('things', {
  makeThing: {
    route: 'POST /things/:id',
    command: 'thing make',
    summary: 'For this spec.',
    scope: 'admin',
    params: { id: z.string() },
    query: PAGE_QUERY,
    body: z.strictObject({
      name: z.string().max(3),
      parts: z.array(z.strictObject({ count: z.int() })).optional(),
    }),
    answer: { status: 201, says: 'Made.' },
  },
});

const read = (body: unknown, query: object = {}): unknown =>
  readInput(SPEC, { params: { id: 'a' }, query, body });

function problemsOf(body: unknown, query?: object): readonly string[] {
  try {
    read(body, query);
  } catch (error) {
    if (error instanceof Problem) return error.errors.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe('the input of an operation', () => {
  it('is what the schemas say, with defaults filled in', () => {
    expect(read({ name: 'abc' }, { limit: '7' })).toEqual({
      params: { id: 'a' },
      query: { limit: 7 },
      body: { name: 'abc' },
    });
    expect(read({ name: 'abc' })).toMatchObject({ query: { limit: 50 } });
  });

  it.each([
    ['a field too many', { name: 'abc', admin: true }, {}, ['/admin']],
    ['a prototype', JSON.parse('{"name":"abc","__proto__":{"admin":true}}'), {}, ['/__proto__']],
    [
      'a wrong field deep inside',
      { name: 'abc', parts: [{ count: 1 }, { count: 'x', 'a/b~': 1 }] },
      {},
      ['/parts/1/count', '/parts/1/a~1b~0'],
    ],
    ['no body', undefined, {}, ['']],
    ['an unknown filter', { name: 'abc' }, { nonsense: '1' }, ['?nonsense']],
    ['a parameter given twice', { name: 'abc' }, { limit: ['1', '2'] }, ['?limit']],
    ['a number in another notation', { name: 'abc' }, { limit: '1e2' }, ['?limit']],
    ['everything at once', { name: 'abcd' }, { limit: '0', cursor: '' }, ['?limit', '?cursor', '/name']],
  ])('names each thing that is wrong: %s', (_what, body, query, pointers) => {
    expect(problemsOf(body, query)).toEqual(pointers);
  });

  it('does not repeat what was sent', () => {
    let said = '';
    try {
      read({ name: 'a-secret' });
    } catch (error) {
      said = JSON.stringify((error as Problem).errors);
    }
    expect(said).toContain('/name');
    expect(said).not.toContain('a-secret');
  });
});
