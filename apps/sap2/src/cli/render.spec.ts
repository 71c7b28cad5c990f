import { describe, expect, it } from '@jest/globals';
import { render, renderProblem } from './render.js';

describe('an answer for a person', () => {
  it('is a table where it is a list, without columns that say nothing', () => {
    const items = [
      { name: 'a.example', spInfo: null, services: ['IM', 'PS'] },
      { name: 'longer.example', spInfo: null, services: [] },
    ];
    expect(render({ items, nextCursor: null })).toEqual([
      'name            services',
      'a.example       IM,PS',
      'longer.example  -',
    ]);
    expect(render({ items: [], nextCursor: null })).toEqual(['Nothing.']);
  });

  it('is its fields where it is one thing, and those of what is in it', () => {
    expect(render({ id: 'x', limits: { inFlight: 3 }, steps: [{ step: 1, ok: true }] })).toEqual([
      'id:     x',
      'limits:',
      '  inFlight: 3',
      'steps:',
      '  step  ok',
      '  1     true',
    ]);
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
