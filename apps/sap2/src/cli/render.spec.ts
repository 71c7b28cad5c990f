import { describe, expect, it } from '@jest/globals';
import stringWidth from 'string-width';
import { render, renderProblem } from './render.js';

describe('an answer for a person', () => {
  it('is a table where it is a list, without columns that say nothing', () => {
    const items = [
      { name: 'a.example', spInfo: null, services: ['IM', 'PS'] },
      { name: 'longer.example', spInfo: null, services: [] },
    ];
    expect(render({ items, nextCursor: null }, 80).lines).toEqual([
      'name            services',
      'a.example       IM,PS',
      'longer.example  -',
    ]);
    expect(render({ items: [], nextCursor: null }, 80).lines).toEqual(['Nothing.']);
  });

  it('is its fields where it is one thing, and those of what is in it', () => {
    expect(render({ id: 'x', limits: { inFlight: 3 }, steps: [{ step: 1, ok: true }] }, 80).lines).toEqual([
      'id:     x',
      'limits:',
      '  inFlight: 3',
      'steps:',
      '  step  ok',
      '  1     true',
    ]);
  });

  const WIDE = {
    userID: 'wv:alice@provider.example',
    createdAt: '2026-11-28T10:00:00.000Z',
    name: '王小明'.repeat(9),
  };

  it.each([40, 80, 120])('has no line wider than %d columns, and says what is left out', (columns) => {
    const items = [WIDE, { ...WIDE, note: 'x' }].map((one) => ({ ...one, last: '2026-11-28T10:00:00.000Z' }));
    const { lines, notes } = render({ items, nextCursor: null }, columns);
    expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    expect(lines[1]).toContain(WIDE.userID);
    expect(notes.join()).toContain(columns < 120 ? 'name' : '');
    const thing = render({ id: 'x', warnings: 'a word '.repeat(30), attempts: items }, columns);
    expect(thing.lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
  });

  it('has sentences in a list whole, one thing after the other', () => {
    const detail = 'Entry 11 was in the audit, which was cut and ends at entry 10 now.';
    const { lines, notes } = render({ problems: [{ line: 5, detail }] }, 60);
    expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(detail);
    expect(notes).toEqual([]);
  });

  it('of a page says that there is more, and how to see it', () => {
    const { notes } = render({ items: [{ a: 1 }], nextCursor: 'abc.def' }, 80);
    expect(notes).toEqual(['These are 1 of more. --all shows all; the next page: --cursor abc.def']);
  });

  it('of a refusal is the reason, and each field that is wrong', () => {
    expect(
      renderProblem({
        detail: 'It is not valid.',
        errors: [{ pointer: '/name', detail: 'It is too long.' }],
      }),
    ).toEqual(['It is not valid.', '  /name: It is too long.']);
  });
});
