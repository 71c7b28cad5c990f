import { describe, expect, it } from '@jest/globals';
import { CSP_MEDIA_TYPES, cspEncodingOf } from './index.js';

describe('the encoding of a media type', () => {
  it.each([
    [CSP_MEDIA_TYPES.xml, 'xml'],
    ['application/vnd.wv.csp+xml', 'xml'],
    ['text/xml; charset=utf-8', 'xml'],
    ['Application/XML', 'xml'],
    [CSP_MEDIA_TYPES.wbxml, 'wbxml'],
    [' application/vnd.wv.csp+wbxml ;x=y', 'wbxml'],
    ['application/vnd.wap.wbxml', undefined],
    ['application/vnd.wv.ssp+xml', undefined],
    ['', undefined],
  ])('%s is %s', (mediaType, encoding) => {
    expect(cspEncodingOf(mediaType)).toBe(encoding);
  });
});
