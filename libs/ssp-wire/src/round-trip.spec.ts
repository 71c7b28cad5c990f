import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import libxml from 'libxmljs2';
import { canonicalContent, decodeSsp, encodeSsp, parseXmlFragment, sspSchemaText } from './index.js';
import { foreignXml, requestPrimitive, sspMessage } from './messages.fixture.js';
import { SSP_NAMESPACES, type RequestPrimitive } from './messages.js';

const bytes = (xml: string): Uint8Array => new TextEncoder().encode(xml);

const schemas = new Map(
  SSP_NAMESPACES.map((namespace) => [namespace, libxml.parseXml(sspSchemaText(namespace))]),
);

describe('every message', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(sspMessage, (message) => {
        expect(decodeSsp(bytes(encodeSsp(message)))).toStrictEqual({ ok: true, value: message });
      }),
      { numRuns: 400 },
    );
  });

  it('is written as the schema wants it', () => {
    fc.assert(
      fc.property(sspMessage, (message) => {
        const document = libxml.parseXml(encodeSsp(message));
        const schema = schemas.get(message.namespace);
        expect(schema && document.validate(schema) ? [] : document.validationErrors).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the canonical content of a request', () => {
  it('is the same for the same meaning, whatever the order of the fields, and another for another meaning', () => {
    fc.assert(
      fc.property(requestPrimitive, requestPrimitive, (one, other) => {
        const shuffled = Object.fromEntries(Object.entries(one).toReversed()) as unknown as RequestPrimitive;
        expect(canonicalContent(shuffled)).toBe(canonicalContent(one));
        expect(canonicalContent(one) === canonicalContent(other)).toBe(isDeepStrictEqual(one, other));
      }),
    );
  });
});

describe('a fragment', () => {
  it('is canonical: reading it again changes nothing', () => {
    fc.assert(
      fc.property(foreignXml, (xml) => {
        const once = parseXmlFragment(xml);
        expect(once.ok && parseXmlFragment(once.value)).toStrictEqual(once);
      }),
    );
  });
});
