import { beforeAll, describe, expect, it } from '@jest/globals';
import { Libwbxml } from '@sap2/test-support';
import { type CspMessage, decodeCsp, encodeCsp, withoutDocumentType } from './index.js';

import { vectors } from './vectors.fixture.js';
import { TAG_TOKENS } from './wbxml/tag-tokens.js';
import { VALUE_TOKENS } from './wbxml/value-tokens.js';

type Version = '1.1' | '1.2';
/** libwbxml has no 1.3. Of 1.2 it does not know the public identifier. */
const LANGUAGES: Readonly<Record<Version, string | undefined>> = { '1.1': undefined, '1.2': 'CSP12' };

const messagesOf = (version: Version): readonly (readonly [name: string, message: CspMessage])[] =>
  vectors
    .filter((vector) => vector.written && vector.encoding === 'wbxml')
    .flatMap(({ name, bytes }) => {
      const decoded = decodeCsp(bytes, 'wbxml');
      return decoded.ok && decoded.value.version === version
        ? [[name, decoded.value as CspMessage] as const]
        : [];
    });

/** Tags that it spells in another way or does not know. Two other tables and Nokia's client have our names. */
const NAMES_THERE: ReadonlyMap<string, string> = new Map([
  ['AcceptedCharSet', 'AcceptedCharset'],
  ['ReferredContent', 'PreferredContent'],
  ['ReferredvCard', 'PreferredvCard'],
  ['ExtendedData', 'Extended-Data'],
  ['CIRURL', 'unknown'],
]);
const UNKNOWN_THERE: ReadonlySet<string> = new Set(['SSMS', 'SHTTP']);

const documentOf = (version: Version, content: readonly number[]): Uint8Array =>
  Buffer.from([0x03, version === '1.1' ? 0x10 : 0x11, 0x6a, 0x00, 0x49, ...content, 0x01]);

const textOf = (wbxml: Uint8Array, language: string | undefined): string =>
  Buffer.from(libwbxml.toXml(wbxml, language)).toString('utf8');

let libwbxml: Libwbxml;
beforeAll(async () => {
  libwbxml = await Libwbxml.fetch();
});

describe.each(['1.1', '1.2'] as const)('libwbxml, in CSP %s,', (version) => {
  const language = LANGUAGES[version];

  it.each(messagesOf(version))('reads what we write: %s', (_name, message) => {
    const xml = libwbxml.toXml(encodeCsp(message), language);
    expect(decodeCsp(withoutDocumentType(xml), 'xml')).toStrictEqual({
      ok: true,
      value: { ...message, encoding: 'xml' },
    });
  });

  it('knows each tag by the same name', () => {
    const codes = Array.from(TAG_TOKENS.get(version)?.nameOf ?? []);
    const tags = codes.flatMap(([code]) => [0x00, code >> 8, code & 0xff]);
    const names = textOf(documentOf(version, tags), language).matchAll(/<([A-Za-z][\w-]*)[^<]*\/>/g);
    expect(Array.from(names, ([, name]) => name)).toEqual(
      codes.map(([, name]) => NAMES_THERE.get(name) ?? name),
    );
  });

  it('knows each value by the same text', () => {
    const values = Array.from(VALUE_TOKENS.get(version) ?? []).filter(([, text]) => !UNKNOWN_THERE.has(text));
    const names = values.flatMap(([token]) => [0x5e, 0x80, token, 0x01]);
    const texts = textOf(documentOf(version, names), language).matchAll(/<Name>([^<]*)<\/Name>/g);
    expect(Array.from(texts, ([, text]) => text)).toEqual(values.map(([, text]) => text));
  });
});

describe('our codec, in CSP 1.1,', () => {
  it.each(messagesOf('1.1'))('reads what libwbxml writes: %s', (_name, message) => {
    const xml = encodeCsp({ ...message, encoding: 'xml' })
      .toString('utf8')
      .replace(
        '\n',
        '<!DOCTYPE WV-CSP-Message PUBLIC "-//OMA//DTD WV-CSP 1.1//EN" "http://www.openmobilealliance.org/DTD/WV-CSP.XML">',
      )
      .replaceAll('AcceptedCharSet', 'AcceptedCharset');
    expect(decodeCsp(libwbxml.toWbxml(Buffer.from(xml)), 'wbxml')).toStrictEqual({
      ok: true,
      value: message,
    });
  });
});
