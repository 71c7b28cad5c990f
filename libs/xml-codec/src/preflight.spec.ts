import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readText } from './preflight.js';

const read = (text: string): ReturnType<typeof readText> => readText(new TextEncoder().encode(text), 1000);

describe('the text that the parser sees', () => {
  it('has LF for every line end, as an XML reader would have it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\r', '\n', 'x', 'é') }), (text) => {
        expect(read(text)).toEqual({ ok: true, value: text.replace(/\r\n?/g, '\n') });
      }),
    );
  });

  it('has blanks for the declaration, and every line where it was', () => {
    expect(read('<?xml version="1.0"\nencoding=\'utf-8\' standalone="yes" ?>\n<a/>')).toEqual({
      ok: true,
      value: `${' '.repeat(19)}\n${' '.repeat(36)}\n<a/>`,
    });
  });

  it('may begin with something that only looks like a declaration: that is for the parser', () => {
    expect(read('<?xml-stylesheet href="x"?><a/>').ok).toBe(true);
    expect(read('<?xml?><a/>').ok).toBe(true);
  });

  it.each([
    ['<?xml ?>', 'not-well-formed'],
    ['<?xml version="2.0"?>', 'not-well-formed'],
    ['<?xml version="1.0" encoding=\'UTF-8"?>', 'not-well-formed'],
    ['<?xml version="1.0" standalone="yes" encoding="UTF-8"?>', 'not-well-formed'],
    [`<?xml version="1.0"${' '.repeat(200)}?>`, 'not-well-formed'],
    ['<?xml version="1.0" encoding="UTF-16"?>', 'encoding'],
    ['<?xml version="1.0" encoding="utf8"?>', 'encoding'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?>', 'encoding'],
    ['<?xml version="1.0" encoding="US-ASCII"?>é', 'encoding'],
    ['\uFEFF\uFEFF', 'encoding'],
    ['a\0', 'encoding'],
    ['<!DOCTYPE a>', 'doctype'],
    ['<!doctypE', 'doctype'],
    ['<!-- <!ENTITY -->', 'doctype'],
    ['x<!ELEMENT', 'doctype'],
    ['x<!AttList', 'doctype'],
    ['x<!NOTATION', 'doctype'],
  ])('%j is refused: %s', (text, reason) => {
    expect(read(text)).toMatchObject({ ok: false, error: { reason } });
  });

  it('may begin with one byte order mark', () => {
    expect(read('\uFEFF<a/>')).toEqual({ ok: true, value: '<a/>' });
  });

  it('is not longer than it may be', () => {
    expect(readText(new Uint8Array(11), 10)).toMatchObject({ error: { reason: 'too-large' } });
  });
});
