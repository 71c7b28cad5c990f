/** Characters that XML 1.0 cannot carry in any spelling, lone surrogates included. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const IMPOSSIBLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Most texts have none of what would have to be escaped, in any place. Of surrogates the next look tells more. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNUSUAL = /[&<>"\u0000-\u001F\uD800-\uDFFF\uFFFE\uFFFF]/;

const escape = (text: string, signs: RegExp): string =>
  UNUSUAL.test(text)
    ? text.replace(IMPOSSIBLE, '\uFFFD').replace(signs, (sign) => ESCAPES[sign] ?? sign)
    : text;

/**
 * Text content. What XML cannot carry becomes U+FFFD: an odd character in a description must not cost the peer its
 * answer. CR is written as a reference, since a reader turns a bare one into LF.
 */
export const escapeText = (text: string): string => escape(text, /[&<>\r]/g);

/** An attribute value in double quotes; white space as references, since a reader turns it into blanks. */
export const attributeText = (name: string, value: string): string =>
  ` ${name}="${escape(value, /[&<>"\t\n\r]/g)}"`;

export const elementText = (name: string, attributes: string, content: string): string =>
  content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
