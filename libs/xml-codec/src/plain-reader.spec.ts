import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { Frame } from './frame.js';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from './limits.js';
import { type Dialect, inOneGo, readPlainly } from './read-document.js';

const HOME = 'urn:home';

/** All events in the order in which they came. */
const RECORD: Dialect<readonly string[]> = {
  namespaces: new Set([HOME]),
  open: (outcome) => {
    const events: string[] = [];
    const frame: Frame = {
      child: (name, home, attributes, namespace) => {
        const words = attributes.map((one) => `{${one.namespace}}${one.name}=${JSON.stringify(one.value)}`);
        events.push([`{${String(namespace)}}${name}`, ...(home ? ['home'] : []), ...words].join(' '));
        return frame;
      },
      text: (chunk) => events.push(JSON.stringify(chunk)),
      close: () => {
        events.push('/');
        outcome.take(events);
      },
    };
    return frame;
  },
};

/** The events, or undefined where the reader leaves the document to the library. */
function read(xml: string | Uint8Array, limits: Partial<WireLimits> = {}): readonly string[] | undefined {
  const bytes = typeof xml === 'string' ? new TextEncoder().encode(xml) : xml;
  const found = inOneGo(readPlainly(bytes, { ...DEFAULT_WIRE_LIMITS, ...limits }, RECORD));
  return found?.ok ? found.value : undefined;
}

describe('the reader of plain XML', () => {
  it.each([
    ['<a/>', ['{null}a', '/']],
    ['<a></a >', ['{null}a', '/']],
    ['\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<a />\r\n', ['{null}a', '/']],
    ['<?xml version="1.0"?><a/>', ['{null}a', '/']],
    ['<a>x\r\ny\rz</a>', ['{null}a', '"x\\ny\\nz"', '/']],
    ['<a>é\u{1F600}</a>', ['{null}a', '"é\u{1F600}"', '/']],
    ['<a>&lt;&gt;&amp;&quot;&apos;</a>', ['{null}a', '"<>&\\"\'"', '/']],
    ['<a>&amp;lt;</a>', ['{null}a', '"&lt;"', '/']],
    ['<a b="c" d = \'"\'/>', ['{null}a {}b="c" {}d="\\""', '/']],
    ['<a b="1\n2\t3\r\n4>&amp;\'"/>', ['{null}a {}b="1 2 3 4>&\'"', '/']],
    ['<a xmlns="urn:home"><b/></a>', ['{urn:home}a home', '{urn:home}b home', '/', '/']],
    ['<a xmlns="urn:x" b=""/>', ['{urn:x}a {}b=""', '/']],
    [
      '<p:a xmlns:p="urn:home" p:b="" b=""><c/></p:a>',
      ['{urn:home}a home {urn:home}b="" {}b=""', '{null}c', '/', '/'],
    ],
    [
      '<a xmlns="urn:home"><b xmlns=""><c/></b><d/></a>',
      ['{urn:home}a home', '{null}b', '{null}c', '/', '/', '{urn:home}d home', '/', '/'],
    ],
    [
      '<a xmlns:p="urn:x"><p:b xmlns:p="urn:y"/><p:c/></a>',
      ['{null}a', '{urn:y}b', '/', '{urn:x}c', '/', '/'],
    ],
    ['<a-1._/>', ['{null}a-1._', '/']],
  ])('reads %j', (xml, events) => {
    expect(read(xml)).toEqual(events);
  });

  it.each([
    '',
    ' ',
    'x',
    '<',
    '<a',
    '<a>',
    '<a/',
    '</a>',
    '<a/><b/>',
    '<a/>x',
    'x<a/>',
    '<a></b>',
    '<a></a',
    '<a><a/>',
    '<a b/>',
    '<a b=/>',
    '<a b=c/>',
    '<a b="/>',
    '<a b="<"/>',
    '<a b=""c=""/>',
    '<a /b>',
    '< a/>',
    '<a></ a>',
    '<1/>',
    '<a b="" b=""/>',
    '<a xmlns="urn:x" xmlns="urn:y"/>',
    '<a xmlns:p="urn:x" xmlns:p="urn:x"/>',

    '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="" q:b=""/>',
    '<p:a/>',
    '<a p:b=""/>',
    '<a><p:b xmlns:p="urn:x"/><p:c/></a>',
    '<a xmlns:p=""/>',
    '<a xmlns="not a name"/>',
    '<a xmlns="relative"/>',
    '<a xmlns:xml="urn:x"/>',
    '<a xmlns:xmlns="urn:x"/>',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    '<a:b:c xmlns:a="urn:x"/>',
    '<:a/>',
    '<a:/>',
    '<a xml:lang="de"/>',
    '<ü/>',
    '<a ü=""/>',

    '<a>&b;</a>',
    '<a>&</a>',
    '<a>&amp</a>',
    '<a>&#65;</a>',
    '<a b="&b;"/>',
    '<a>]]></a>',
    '<a>\0</a>',
    '<a>\u0001</a>',
    '<a>\uFFFE</a>',
    '<a b="\uFFFF"/>',
    '<a b="\u001F"/>',
    '<a><!-- --></a>',
    '<!----><a/>',
    '<a><?p?></a>',
    '<a/><?p?>',
    '<!DOCTYPE a><a/>',
    '<a><![CDATA[]]></a>',
    ' <?xml version="1.0"?><a/>',
    '<?xml version="1.1"?><a/>',
    '<?xml version="1.0" encoding="US-ASCII"?><a/>',
    '\uFEFF\uFEFF<a/>',
    `<${'a'.repeat(257)}/>`,
  ])('leaves %j to the library', (xml) => {
    expect(read(xml)).toBeUndefined();
  });

  it.each([[[0xc0, 0xbc]], [[0xed, 0xa0, 0x80]], [[0xff]], [[0xc3]]])(
    'leaves bytes %j, which are not UTF-8, to the library',
    (bytes) => {
      const around = [Buffer.from('<a>'), Buffer.from(bytes), Buffer.from('</a>')];
      expect(read(Buffer.concat(around))).toBeUndefined();
    },
  );

  it.each<[Partial<WireLimits>, string, string]>([
    [{ maxBytes: 4 }, '<a/>', '<ab/>'],
    [{ maxDepth: 2 }, '<a><b/></a>', '<a><b><c/></b></a>'],
    [{ maxAttributes: 2 }, '<a b="" c=""/>', '<a b="" c="" d=""/>'],
    [{ maxAttributes: 1 }, '<a xmlns="urn:x"/>', '<a xmlns="urn:x" b=""/>'],
    [{ maxPieces: 4 }, '<a b="&amp;">&lt;</a>', '<a b="&amp;">&lt;&lt;</a>'],
    [{ maxPieces: 2 }, '<a><b/></a>', '<a><b/><c/></a>'],
    [{ maxRunLength: 8 }, '<a>12345678</a>', '<a>123456789</a>'],
    [{ maxRunLength: 8 }, '<a b=""/>', '<a b="1"/>'],
    [{ maxRunLength: 8 }, '        <a/>', '         <a/>'],
    [{ maxRunLength: 8 }, '<a/>        ', '<a/>         '],
    [{ maxRunLength: 8 }, '<a></a    >', '<a></a         >'],
    [{ maxNamespaceLength: 5 }, '<a xmlns="urn:x"/>', '<a xmlns="urn:xy"/>'],
    [{ maxNamespaceLength: 5 }, '<a b="123456"/>', '<a bxmlns="123456"/>'],
  ])('leaves a document to the library that reaches beyond %j', (limits, inside, beyond) => {
    expect(read(inside, limits)).toBeDefined();
    expect(read(beyond, limits)).toBeUndefined();
    expect(read(beyond)).toBeDefined();
  });

  it('lets others have their turn in a long document', () => {
    const bytes = new TextEncoder().encode(`<a>${'<b/>'.repeat(10_000)}</a>`);
    const turns = readPlainly(bytes, DEFAULT_WIRE_LIMITS, RECORD);
    let count = 0;
    while (turns.next().done !== true) count++;
    expect(count).toBeGreaterThanOrEqual(9);
  });

  it('keeps no long document in memory for the sake of one short value', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kept: string[] = [];
    const keep: Dialect<string> = {
      namespaces: new Set(),
      open: (outcome) => {
        const frame: Frame = {
          child: (_name, _home, [attribute]) => {
            if (attribute) outcome.take(attribute.value);
            return frame;
          },
          text: () => {},
          close: () => {},
        };
        return frame;
      },
    };
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 40; n++) {
      const filling = `<b>${'x'.repeat(100_000)}</b>`.repeat(10);
      const bytes = new TextEncoder().encode(`<a b="a value of some length, number ${n}">${filling}</a>`);
      const found = inOneGo(readPlainly(bytes, DEFAULT_WIRE_LIMITS, keep));
      if (found?.ok) kept.push(found.value);
    }
    collect();
    expect(kept).toHaveLength(40);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * 1024 * 1024);
  });
});
