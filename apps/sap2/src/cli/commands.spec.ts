import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { LedgerUnavailableError } from '@sap2/identity-store';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { UsageError } from '@sap2/terminal';
import { ADMIN_OPERATIONS } from '../admin/operations.js';
import { COMMANDS, nameOf, NOUNS } from './commands.js';
import { exitCodeOfError } from './exit-code-of-error.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { fieldsOf, optionOf } from './fields.js';

const page = readFileSync('docs/command-line.md', 'utf8');

describe('the commands', () => {
  it('are all operations of administrators, each once', () => {
    const operations = ADMIN_OPERATIONS.map(({ name }) => name).toSorted();
    const commanded = COMMANDS.flatMap(({ operation, lines }) => [
      operation.name,
      ...(lines ? [lines.operation] : []),
    ]);
    expect(commanded.toSorted()).toEqual(operations);
  });

  it('have names of their own', () => {
    const names = COMMANDS.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    const nouns = COMMANDS.flatMap(({ noun }) => noun ?? []);
    expect(new Set(nouns)).toEqual(new Set(Object.keys(NOUNS)));
  });

  it.each(COMMANDS.map(nameOf))('%s stands in docs/command-line.md', (name) => {
    expect(page).toContain(`\`${name}`);
  });

  it('migrate stands there too', () => {
    expect(page).toContain('`migrate`');
  });

  it.each(COMMANDS)('$noun $verb says of everything that it takes what it is', (command) => {
    const silent = fieldsOf(command.operation, command).filter(({ says }) => says === '');
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('take no secret as an option, and have an option for every other field', () => {
    for (const command of COMMANDS) {
      const fields = fieldsOf(command.operation, command);
      const options = fields.map(({ name }) => optionOf(name));
      expect(new Set(options).size).toBe(options.length);
      const secrets = fields.filter(({ name }) => /password|secret/i.test(name) && !/Over/.test(name));
      expect(secrets.map(({ type }) => type)).toEqual(secrets.map(() => 'secret'));
    }
  });
});

describe('exit codes', () => {
  it.each([
    [200, EXIT.done],
    [400, EXIT.usage],
    [404, EXIT.refused],
    [412, EXIT.refused],
    [500, EXIT.defect],
    [503, EXIT.unavailable],
  ])('of HTTP %d is %d', (status, code) => {
    expect(exitCodeOf(status)).toBe(code);
  });

  it.each([
    [new UsageError('no such file'), EXIT.usage],
    [new LedgerUnavailableError('connect ECONNREFUSED', undefined), EXIT.unavailable],
    [new LiveStoreUnavailableError('Redis does not answer'), EXIT.unavailable],
    [Object.assign(new Error('WRONGPASS invalid'), { name: 'ReplyError' }), EXIT.unavailable],
    [Object.assign(new Error('ERR syntax'), { name: 'ReplyError' }), EXIT.defect],
    [new TypeError('undefined is not a function'), EXIT.defect],
    ['thrown', EXIT.defect],
  ])('of %s is %d', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code);
  });

  it.each(Object.entries(EXIT))('%s, %d, stands in docs/command-line.md', (_, code) => {
    expect(page).toContain(`| ${code} `);
  });
});
