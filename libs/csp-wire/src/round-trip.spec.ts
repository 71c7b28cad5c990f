import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCsp, encodeCsp } from './index.js';
import { cspMessage } from './messages.fixture.js';

const RUNS = { numRuns: 400 };

describe('every message', () => {
  it('comes back as it was, in its version and encoding', () => {
    fc.assert(
      fc.property(cspMessage, (message) => {
        expect(decodeCsp(encodeCsp(message), message.encoding)).toStrictEqual({ ok: true, value: message });
      }),
      RUNS,
    );
  });

  it('says the same in both encodings', () => {
    fc.assert(
      fc.property(cspMessage, (message) => {
        const xml = decodeCsp(encodeCsp({ ...message, encoding: 'xml' }), 'xml');
        const wbxml = decodeCsp(encodeCsp({ ...message, encoding: 'wbxml' }), 'wbxml');
        expect(xml.ok && { ...xml.value, encoding: 'wbxml' }).toStrictEqual(wbxml.ok && wbxml.value);
        expect(xml.ok).toBe(true);
      }),
      RUNS,
    );
  });

  it('has no entity in what a handset reads as XML', () => {
    fc.assert(
      fc.property(cspMessage, (message) => {
        const { kind } = message.primitive;
        fc.pre(!kind.endsWith('-Request'));
        expect(encodeCsp({ ...message, encoding: 'xml' }).toString('utf8')).not.toContain('&');
      }),
      RUNS,
    );
  });

  it('is shorter in binary XML', () => {
    fc.assert(
      fc.property(cspMessage, (message) => {
        const xml = encodeCsp({ ...message, encoding: 'xml' });
        expect(encodeCsp({ ...message, encoding: 'wbxml' }).length).toBeLessThan(xml.length);
      }),
    );
  });
});
