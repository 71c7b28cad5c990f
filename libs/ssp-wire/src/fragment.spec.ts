import { describe, expect, it } from '@jest/globals';
import { parseXmlFragment } from './index.js';

const parsed = (xml: string): string | undefined => {
  const result = parseXmlFragment(xml);
  return result.ok ? result.value : undefined;
};

describe('the canonical form of carried XML', () => {
  it('drops comments, instructions and the white space between elements', () => {
    expect(parsed('\n <A>\n <B> x </B>\n</A>\n<!-- c --><?p i?> ')).toBe('<A><B> x </B></A>');
  });

  it('joins text however it came, and escapes it', () => {
    expect(parsed('a<![CDATA[<&]]>b&#62;<!-- -->&#13;c')).toBe('a&lt;&amp;b&gt;&#13;c');
  });

  it('puts attributes in order and quotes them alike', () => {
    expect(parsed(`<A b='"' a="&lt;&#10;" xml:lang='de'/>`)).toBe(
      '<A a="&lt;&#10;" b="&quot;" xml:lang="de"/>',
    );
  });

  it('declares foreign namespaces where they begin and needs no prefix from outside', () => {
    expect(parsed('<x:A xmlns:x="urn:x"><x:B/><C/></x:A><D xmlns=""/>')).toBe(
      '<A xmlns="urn:x"><B/><C xmlns="http://www.openmobilealliance.org/DTD/WV-SSP1.3"/></A><D xmlns=""/>',
    );
    expect(parsed('<A xmlns:q="urn:q" xmlns:p="urn:p" q:a="1" p:b="2" p:a="3"/>')).toBe(
      '<A xmlns:n0="urn:p" xmlns:n1="urn:q" n0:a="3" n0:b="2" n1:a="1"/>',
    );
  });

  it('takes all namespaces of the binding for one', () => {
    expect(parsed('<A xmlns="http://www.openmobilealliance.org/DTD/WV-SSP1.2"><B/></A>')).toBe('<A><B/></A>');
  });

  it('is empty where nothing is in it', () => {
    expect(parsed(' <!-- --> ')).toBe('');
  });
});

describe('a text that is no fragment', () => {
  it('is refused', () => {
    expect(parseXmlFragment('<A>')).toMatchObject({ error: { reason: 'not-well-formed' } });
    expect(parseXmlFragment('</CapabilityList><CapabilityList>')).toMatchObject({
      error: { reason: 'not-well-formed' },
    });
    expect(parseXmlFragment('<!DOCTYPE a>')).toMatchObject({ error: { reason: 'doctype' } });
    expect(parseXmlFragment('x'.repeat(16_385))).toMatchObject({
      error: { reason: 'not-this-schema', detail: 'CapabilityList: longer than 16384 bytes, line 1' },
    });
  });

  it('is refused in time where a namespace would be written a thousand times', () => {
    const deep = (uri: string): string =>
      `<p:A xmlns:p="${uri}" xmlns="urn:x">${'<B><p:C/></B>'.repeat(2000)}</p:A>`;
    expect(parseXmlFragment(deep(`urn:${'y'.repeat(250)}`))).toMatchObject({
      error: { reason: 'not-this-schema' },
    });
  });
});
