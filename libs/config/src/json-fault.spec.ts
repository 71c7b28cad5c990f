import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { jsonFault } from './json-fault.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place where text stops being JSON', () => {
  it.each([
    ['', 'line 1, column 1: expected a value'],
    ['{"a": 1,}', 'line 1, column 9: expected a name in double quotes'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: expected "," or "}"'],
    ['{"a" 1}', 'line 1, column 6: expected ":"'],
    ['{a: 1}', 'line 1, column 2: expected a name in double quotes or "}"'],
    ['[1 2]', 'line 1, column 4: expected "," or "]"'],
    ['[1,]', 'line 1, column 4: expected a value'],
    ['[', 'line 1, column 2: expected a value or "]"'],
    ['{"a": }', 'line 1, column 7: expected a value'],
    ['{"a": "b\n"}', 'line 1, column 7: expected a value'],
    ['{"a": 1}\n}', 'line 2, column 1: expected the end of the file'],
    ['{"a": [1}', 'line 1, column 9: expected "," or "]"'],
    ['01', 'line 1, column 2: expected the end of the file'],
  ])('%j is at %s', (text, fault) => {
    expect(jsonFault(text)).toBe(fault);
  });

  it('is nowhere in any JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, 2), (json, indent) => {
        expect(jsonFault(JSON.stringify(JSON.parse(json), undefined, indent))).toBeUndefined();
      }),
    );
  });

  it('is somewhere in a text exactly if the engine cannot read it either', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', ']', ':', 'x', '0', ' '),
        (json, at, mark) => {
          const where = at % (json.length + 1);
          const broken = json.slice(0, where) + mark + json.slice(where + 1);
          expect(jsonFault(broken) === undefined).toBe(isJson(broken));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is found in a megabyte of text without delay or a full stack', () => {
    expect(jsonFault(JSON.stringify({ logo: 'A'.repeat(1_000_000) }))).toBeUndefined();
    expect(jsonFault('['.repeat(1_000_000))).toBe('line 1, column 1000001: expected a value or "]"');
  });
});
