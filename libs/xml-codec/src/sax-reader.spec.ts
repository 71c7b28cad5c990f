import { describe, expect, it } from '@jest/globals';
import { IGNORED, type Frame } from './frame.js';
import { SaxReader } from './sax-reader.js';

const complaintOf = (xml: string): string | undefined => {
  const reader = new SaxReader(IGNORED, new Set(), () => false);
  reader.push(xml, true);
  return reader.complaint;
};

describe('the reader', () => {
  it.each([
    ['<a/>', undefined],
    ['<a></b>', 'an end tag does not match its start tag'],
    ['<a>&b;</a>', 'an entity that is not one of the five predefined ones'],
    ['<a b="&c;"/>', 'an entity that is not one of the five predefined ones'],
    ['<a b="" b=""/>', 'an attribute twice in one element'],
    ['<a xmlns:x="urn:x" xmlns:y="urn:x" x:b="" y:b=""/>', 'an attribute twice in one element'],
    ['<x:a/>', 'a namespace prefix that is not declared'],
    ['<a>&#1;</a>', 'a character that XML does not allow'],
    ['<a>\u0001</a>', 'a character that XML does not allow'],
    ['<a b="\u0001"/>', 'a character that XML does not allow'],
    ['<a>\uFFFF</a>', 'a character that XML does not allow'],
    [' <?xml version="1.0"?><a/>', 'an XML declaration that is not at the very start'],
    ['<a/><b/>', 'no root element, an unfinished one, or something after it'],
    ['', 'no root element, an unfinished one, or something after it'],
    ['<a b>', 'it is not XML'],
  ])('%j: %s', (xml, complaint) => {
    expect(complaintOf(xml)).toBe(complaint);
  });

  it('tells nothing more after a complaint, and nothing at all once the outcome stands', () => {
    const names: string[] = [];
    const frame: Frame = {
      child: (name) => {
        names.push(name);
        return frame;
      },
      text: (chunk) => names.push(chunk),
      close: () => names.push('/'),
    };
    const complaining = new SaxReader(frame, new Set(), () => false);
    complaining.push('<a>x<b/></c>', false);
    complaining.push('<d/>', true);
    expect(names.splice(0)).toEqual(['a', 'x', 'b', '/']);
    const stopped = new SaxReader(frame, new Set(), () => names.length > 0);
    stopped.push('<a><b/></a>', true);
    expect(names).toEqual(['a']);
  });

  it('throws what a frame throws, but not through the native parser', () => {
    const broken: Frame = {
      ...IGNORED,
      child: () => {
        throw new Error('a defect');
      },
    };
    expect(() => new SaxReader(broken, new Set(), () => false).push('<a><b/></a>', true)).toThrow('a defect');
  });
});
