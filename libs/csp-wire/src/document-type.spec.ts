import { describe, expect, it } from '@jest/globals';
import { decodeCsp, withoutDocumentType } from './index.js';

const ROOT = '<WV-CSP-Message xmlns="http://www.wireless-village.org/CSP1.1"><Session/></WV-CSP-Message>';

const without = (text: string): string =>
  Buffer.from(withoutDocumentType(Buffer.from(text))).toString('utf8');

describe('a document without its document type', () => {
  it.each([
    [
      'a server that forgets PUBLIC',
      `<?xml version='1.0'?>\n\t<!DOCTYPE IMPS-CSP "-//OMA//DTD WV-CSP 1.1//EN" \n\t"http://x/WV-CSP.XML">\n`,
    ],
    [
      'a complete one',
      '<?xml version="1.0"?><!DOCTYPE WV-CSP-Message PUBLIC "-//OMA//DTD WV-CSP 1.2//EN" "http://x/WV-CSP.DTD">',
    ],
    ['no declaration', '<!DOCTYPE WV-CSP-Message>'],
    ['a byte order mark', '\uFEFF<?xml version="1.0"?><!DOCTYPE a>'],
  ])('comes from %s', (_what, head) => {
    expect(without(head + ROOT)).toBe(head.replace(/<!DOCTYPE[^>]*>/, '') + ROOT);
    expect(decodeCsp(withoutDocumentType(Buffer.from(head + ROOT)), 'xml')).toMatchObject({
      error: { reason: 'not-this-schema' },
    });
  });

  it.each([
    ['there is no document type', `<?xml version="1.0"?>${ROOT}`],
    ['it has declarations', `<!DOCTYPE a [<!ENTITY b "c">]>${ROOT}`],
    ['it stands elsewhere', `<a><!DOCTYPE a></a>`],
    ['it has no end', '<!DOCTYPE a'],
    ['the document is binary', '\u0003\u0010j\u0000'],
    ['there is nothing', ''],
  ])('is the same document if %s', (_what, text) => {
    expect(without(text)).toBe(text);
  });
});
