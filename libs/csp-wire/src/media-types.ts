import type { CspEncoding } from './messages.js';

/** How a client labels its messages over HTTP. */
export const CSP_MEDIA_TYPES: Readonly<Record<CspEncoding, string>> = {
  xml: 'application/vnd.wv.csp.xml',
  wbxml: 'application/vnd.wv.csp.wbxml',
};

const ENCODINGS: ReadonlyMap<string, CspEncoding> = new Map([
  [CSP_MEDIA_TYPES.xml, 'xml'],
  ['application/vnd.wv.csp+xml', 'xml'],
  ['text/xml', 'xml'],
  ['application/xml', 'xml'],
  [CSP_MEDIA_TYPES.wbxml, 'wbxml'],
  ['application/vnd.wv.csp+wbxml', 'wbxml'],
]);

/** The encoding behind a `Content-Type`, whatever its parameters and letter case; undefined for another media type. */
export function cspEncodingOf(contentType: string): CspEncoding | undefined {
  const [mediaType = ''] = contentType.split(';', 1);
  return ENCODINGS.get(mediaType.trim().toLowerCase());
}
