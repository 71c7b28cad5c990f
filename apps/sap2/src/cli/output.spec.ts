import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { outputOn, progressOn } from './output.js';

function played(isJson: boolean) {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    columns: 80,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  return { output: outputOn(terminal, isJson), out, err };
}

describe('the output of a command', () => {
  it('is lines for a person; why it was not done goes elsewhere', () => {
    const { output, out, err } = played(false);
    output.result({ a: 1 });
    output.refusal({ detail: 'no' }, ['no']);
    expect([out, err]).toEqual([['a: 1'], ['no']]);
  });

  it('is JSON for a script, also why it was not done', () => {
    const { output, out, err } = played(true);
    output.result({ a: 1 });
    output.refusal({ detail: 'no' }, ['no']);
    expect([out, err]).toEqual([['{"a":1}', '{"detail":"no"}'], []]);
  });
});

describe('a bar', () => {
  function shown(isTTY: boolean, isJson: boolean, total: number | undefined): string {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
    const progress = progressOn({ isJson }, total, stream);
    progress.add(1);
    progress.end();
    return String(stream.read() ?? '');
  }

  it.each([
    ['where standard error is no terminal', false, false, 10],
    ['for a script', true, true, 10],
    ['where the end is not known', true, false, undefined],
  ])('is not shown %s', (_where, isTTY, isJson, total) => {
    expect(shown(isTTY, isJson, total)).toBe('');
  });

  it('is shown to a person at a terminal', () => {
    expect(shown(true, false, 10)).toContain('10 %');
  });

  it('that is full says nothing of a time left', () => {
    expect(shown(true, false, 1)).toContain('100 %');
    expect(shown(true, false, 1)).not.toMatch(/left|NULL|INF|LL/);
  });
});
