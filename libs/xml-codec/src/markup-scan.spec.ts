import { describe, expect, it } from '@jest/globals';
import { DEFAULT_WIRE_LIMITS } from './limits.js';
import { lineOfElement, scanMarkup } from './markup-scan.js';

const limits = {
  ...DEFAULT_WIRE_LIMITS,
  maxDepth: 3,
  maxAttributes: 2,
  maxPieces: 10,
  maxRunLength: 20,
  maxNamespaceLength: 5,
};

const scan = (text: string): string => {
  const scanned = scanMarkup(text, limits);
  return scanned.ok ? 'ok' : `${scanned.error.reason}: ${scanned.error.detail}`;
};

describe('the scan before the parser', () => {
  it.each([
    ['<a><b><c/></b></a>', 'ok'],
    ['<a><b><c>', 'ok'],
    ['<a><b><c><d/>', 'too-deep: more than 3 levels of elements, line 1'],
    ['</a>', 'not-well-formed: an end tag without its start tag, line 1'],
    ['<a><b><c><d>', 'too-deep: more than 3 levels of elements, line 1'],
    ['<a><b><c></c><c></c></b></a>', 'ok'],
    ['<a b="" c=\'\'/>', 'ok'],
    ['<a b=">" c="/>"/>', 'ok'],
    ['\n<a b="" c="" d=""/>', 'too-large: too many attributes in one element, line 2'],
    [`<a b="${'x'.repeat(21)}"/>`, 'too-large: a text, comment or value that is too long, line 1'],
    [`<${'a'.repeat(21)}/>`, 'too-large: a text, comment or value that is too long, line 1'],
    [`<a>${'x'.repeat(20)}</a>`, 'ok'],
    [`<a>${'x'.repeat(21)}</a>`, 'too-large: a text, comment or value that is too long, line 1'],
    ['x'.repeat(21), 'too-large: a text, comment or value that is too long, line 1'],
    [`<!--${'x'.repeat(21)}-->`, 'too-large: a text, comment or value that is too long, line 1'],
    [`<?x ${'x'.repeat(21)}?>`, 'too-large: a text, comment or value that is too long, line 1'],
    [`<![CDATA[${'x'.repeat(21)}]]>`, 'too-large: a text, comment or value that is too long, line 1'],
    ['<a xmlns="12345"/>', 'ok'],
    ['<a xmlns="123456"/>', 'too-large: a text, comment or value that is too long, line 1'],
    ['<a xmlns:b = "123456"/>', 'too-large: a text, comment or value that is too long, line 1'],
    ['<a/>'.repeat(10), 'ok'],
    ['<a/>'.repeat(11), 'too-large: too many elements, attributes or references, line 1'],
    [
      `<a>${'&lt;'.repeat(5)}</a>${'&lt;'.repeat(4)}<a/>`,
      'too-large: too many elements, attributes or references, line 1',
    ],
    [`<a b="${'&#1;'.repeat(3)}"/>${'&#1;'.repeat(5)}`, 'ok'],
    ['<!----><?x?><![CDATA[<a><a><a><a>]]><!-- <a> -->', 'ok'],
    ['<a>\n<!', 'not-well-formed: a declaration that XML does not know, line 2'],
    ['<!-->', 'not-well-formed: markup without its end, line 1'],
    ['<?x', 'not-well-formed: markup without its end, line 1'],
    ['</a', 'not-well-formed: markup without its end, line 1'],
    ['<a b="', 'not-well-formed: markup without its end, line 1'],
    ['<a b', 'not-well-formed: a tag without its end, line 1'],
    ['<a <b>', 'not-well-formed: a tag without its end, line 1'],
  ])('%j: %s', (text, verdict) => {
    expect(scan(text)).toBe(verdict);
  });

  it('cuts a long text between two pieces of markup, so that each slice is little work', () => {
    const text = `<a>${'<b c="d"/> '.repeat(5000)}${`<!--${'x'.repeat(40_000)}-->`.repeat(3)}</a>`;
    const cuts = scanMarkup(text, DEFAULT_WIRE_LIMITS);
    const slices = (cuts.ok ? cuts.value : []).map((to, index, all) => text.slice(all[index - 1] ?? 0, to));
    expect(slices.join('')).toBe(text);
    expect(slices.length).toBeGreaterThan(20);
    for (const slice of slices) expect(slice.length).toBeLessThan(80_000);
    for (const slice of slices.slice(0, -1)) expect(slice.endsWith('>')).toBe(true);
  });

  it('cuts a text between its references, and nothing else', () => {
    const text = `<a>${'x&lt;'.repeat(2000)}</a><!--${'&'.repeat(2000)}--><a b="${'&lt;'.repeat(2000)}"/>`;
    const cuts = scanMarkup(text, DEFAULT_WIRE_LIMITS);
    const offsets = cuts.ok ? cuts.value : [];
    expect(offsets.map((at) => text.slice(at - 1, at + 1))).toEqual(['x&', 'x&', 'x&', 'x&', '><', '>']);
  });

  it('knows the line of an element', () => {
    const text = '<a>\n<!-- <x>\n -->\n<b\n/><c/>';
    expect([0, 1, 2, 3, 9].map((ordinal) => lineOfElement(text, ordinal))).toEqual([1, 1, 4, 5, 5]);
  });
});
