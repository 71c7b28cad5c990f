import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from './commands.js';
import { type Field, fieldsOf } from './fields.js';
import { requestOf, type Typed, valueOf } from './request-of.js';

function request(name: string, typed: Typed) {
  const command = COMMANDS.find(({ operation }) => operation.name === name);
  if (command === undefined) throw new Error(name);
  return requestOf(command.operation, command, fieldsOf(command.operation, command), typed);
}

const field = (type: Field['type'], isNullable = false): Field => ({
  name: 'x',
  part: 'body',
  type,
  isRequired: false,
  isNullable,
  says: '',
});

describe('the request of a command', () => {
  it('has its parameters in the path, written so that none of them reaches beyond its place', () => {
    expect(request('getUser', { userID: '../x?y' })).toEqual({ method: 'GET', path: '/users/..%2Fx%3Fy' });
  });

  it('has its filters in the query', () => {
    expect(request('listUsers', { prefix: 'a&b', limit: 5 }).path).toBe('/users?limit=5&prefix=a%26b');
  });

  it('has the rest in a body, what is spread in the field it belongs to', () => {
    const { body } = request('endSessions', { peer: 'wv:@a.example', dryRun: true });
    expect(body).toBe(JSON.stringify({ dryRun: true, filter: { peer: 'wv:@a.example' } }));
  });
});

describe('what is typed', () => {
  it.each([
    ['number', '7', 7],
    ['boolean', 'false', false],
    ['json', '{"a":1}', { a: 1 }],
    ['text', 'null', 'null'],
  ] as const)('as a %s: %s', (type, text, value) => {
    expect(valueOf(field(type), text)).toEqual(value);
  });

  it('may be null where nothing is a value', () => {
    expect(valueOf(field('text', true), 'null')).toBeNull();
  });

  it.each([
    ['number', 'many'],
    ['number', ' '],
    ['boolean', 'yes'],
    ['json', '{'],
  ] as const)('is refused as a %s: "%s"', (type, text) => {
    expect(() => valueOf(field(type), text)).toThrow(/expected/u);
  });
});
