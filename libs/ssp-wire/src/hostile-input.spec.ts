import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_WIRE_LIMITS, readDocument } from '@sap2/xml-codec';
import { decodeSsp, decodeSspInTurns } from './index.js';
import { SSP } from './decode.js';
import { SSP_NAMESPACES, type DecodedMessage } from './messages.js';

const NAMESPACE = SSP_NAMESPACES[0];
const MIB = 1024 * 1024;

const message = (content: string): string =>
  `<WV-SSP-Message xmlns="${NAMESPACE}"><Session sessionID="s"><Transaction mode="Request" transactionID="t">${content}</Transaction></Session></WV-SSP-Message>`;

/** As much of it as fits into a megabyte. */
const megabyteOf = (piece: string, before = '', after = ''): string =>
  message(before + piece.repeat(Math.floor((MIB - 1000) / Buffer.byteLength(piece))) + after);

/** Processor time of the longest turn, in milliseconds: what others would have to wait for. */
function longestTurnMs(bytes: Uint8Array): number {
  const turns = readDocument<DecodedMessage>(bytes, DEFAULT_WIRE_LIMITS, SSP);
  let longest = 0;
  for (let done = false; !done;) {
    const before = process.cpuUsage();
    done = turns.next().done === true;
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
  }
  return longest;
}

/**
 * A machine that runs tests also compiles, collects garbage and counts coverage. This limit only separates linear
 * work from exploding work.
 */
const GENEROUS_TURN_MS = 1_000;

const namespaces = (depth: number): string =>
  Array.from({ length: 15 }, (_, index) => ` xmlns:p${depth}x${index}="urn:x"`).join('');

describe('a hostile megabyte', () => {
  const attributes = Array.from({ length: 100_000 }, (_, index) => `a${index}=""`).join(' ');
  const login = '<UserLoginRequest><MetaInfo><Requestor serviceID="a"/></MetaInfo><Password>p</Password>';

  it.each([
    ['siblings', megabyteOf('<a/>')],
    ['siblings, as many as are allowed', message('<a/>'.repeat(49_000))],
    ['siblings with end tags', message('<a></a>'.repeat(49_000))],
    ['attributes', message(`<a ${attributes}/>`)],
    ['attributes, as many as are allowed', message(`<a ${attributes.slice(0, 110)}/>`.repeat(3000))],
    ['depth', `<a>${'<a>'.repeat(100_000)}`],
    ['end tags', message('</a>'.repeat(200_000))],
    ['CDATA', megabyteOf('x', '<![CDATA[', ']]>')],
    ['a comment', megabyteOf('-x', '<!--', '-->')],
    ['comments', megabyteOf('<!---->')],
    ['an instruction', megabyteOf('?', '<?x ', '?>')],
    ['instructions', megabyteOf('<?x?>')],
    ['text', megabyteOf(`${'x'.repeat(100_000)}<a/>`)],
    ['text beyond ASCII', megabyteOf(`${'é'.repeat(50_000)}<a/>`)],
    ['brackets', megabyteOf(`${']'.repeat(100_000)}<a/>`)],
    ['line ends', megabyteOf(`${'\r\n'.repeat(40_000)}<a/>`)],
    ['numeric references', megabyteOf('&#65;')],
    ['numeric references in a value', megabyteOf('&#65;', '<a b="', '"/>')],
    ['numeric references, as many as are allowed', message(`${'&#65;'.repeat(9000)}<a/>`.repeat(5))],
    ['open comments', megabyteOf('<!--')],
    ['angles', '<'.repeat(MIB)],
    ['quotes', megabyteOf('"', '<a ')],
    ['blanks', ' '.repeat(MIB)],
    ['a name', megabyteOf('x', '<', '/>')],
    ['a declaration', `<?xml ${' '.repeat(MIB - 10)}`],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(MIB - 100)}">]><a/>`],
    [
      'prefixes',
      message(
        Array.from({ length: 25 }, (_, depth) => `<a${namespaces(depth)}>`).join('') +
          `<a ${attributes.slice(0, 110).replaceAll('a', 'p0x0:a')}/>`.repeat(2500),
      ),
    ],
    [
      'one namespace for all',
      message(`${login}<CapabilityList xmlns:p="urn:${'y'.repeat(240)}">${'<p:a/>'.repeat(40_000)}`),
    ],
    [
      'a namespace of 100 KB',
      message(`${login}<CapabilityList xmlns:p="${'y'.repeat(100_000)}">${'<p:a/>'.repeat(40_000)}`),
    ],
  ])('of %s takes no long turn', (_kind, xml) => {
    expect(longestTurnMs(new TextEncoder().encode(xml))).toBeLessThan(GENEROUS_TURN_MS);
  });

  it('one byte more is too large, whatever it is', () => {
    expect(decodeSsp(new Uint8Array(MIB + 1))).toMatchObject({ error: { reason: 'too-large' } });
  });

  it('may be made smaller by the caller', () => {
    const bytes = new TextEncoder().encode(message('<KeepAliveRequest/>'));
    expect(decodeSsp(bytes, { maxBytes: bytes.length }).ok).toBe(true);
    expect(decodeSsp(bytes, { maxBytes: bytes.length - 1 })).toMatchObject({
      error: { reason: 'too-large' },
    });
    expect(decodeSsp(bytes, { maxDepth: 3 })).toMatchObject({ error: { reason: 'too-deep' } });
  });
});

describe('a long document', () => {
  const bytes = new TextEncoder().encode(
    message('<KeepAliveRequest/>').replace(
      '<Transaction',
      `${'<Transaction mode="Request" transactionID="t"><LogoutRequest/></Transaction>'.repeat(499)}<Transaction`,
    ),
  );

  it('lets others have their turn and comes to the same', async () => {
    let turnsOfOthers = 0;
    const other = (): NodeJS.Immediate => setImmediate(() => ((turnsOfOthers += 1), (next = other())));
    let next = other();
    const decoded = await decodeSspInTurns(bytes);
    clearImmediate(next);
    expect(turnsOfOthers).toBeGreaterThan(0);
    expect(decoded).toStrictEqual(decodeSsp(bytes));
    expect(decoded.ok).toBe(true);
  });

  it('is given up at its first fault', async () => {
    const broken = new TextEncoder().encode(
      new TextDecoder().decode(bytes).replace('</Transaction>', '</Other>'),
    );
    expect(await decodeSspInTurns(broken)).toMatchObject({ error: { reason: 'not-well-formed' } });
  });
});

describe('the parts of the XML library with known advisories', () => {
  const sources = ['../../../libs/', '../../../apps/'].flatMap((folder) => {
    const place = new URL(folder, import.meta.url);
    return readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => readFileSync(new URL(file, place), 'utf8'));
  });

  it('are not even imported: only the SAX parser is, at one place', () => {
    expect(sources.flatMap((source) => source.match(/import .*'libxmljs2'/g) ?? [])).toEqual([
      "import { SaxPushParser } from 'libxmljs2'",
    ]);
  });

  it.each([
    '<!DOCTYPE a>',
    '\n<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    '<!doctype a [<!ENTITY b "c">]>',
    '<!-- --><!DOCTYPE a PUBLIC "x" "http://192.0.2.1/x.dtd">',
    '<?x?><!DocType a [<!ENTITY % b SYSTEM "http://192.0.2.1/">%b;]>',
    '<!DOCTYPE\ta[<!ELEMENT a ANY>]>',
    '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]>',
    '<!DOCTYPE',
  ])('never see a document type: %j', (type) => {
    for (const start of ['', '\uFEFF', '<?xml version="1.0"?>', '<?xml version="1.0" standalone="no"?>\n'])
      expect(decodeSsp(new TextEncoder().encode(`${start}${type}<a/>`))).toMatchObject({
        error: { reason: 'doctype' },
      });
  });

  it.each(['&b;', '&nbsp;', '&#0;', '&#x110000;', '&#xD800;', '&;', '&', '%b;&b;'])(
    'have no entity to resolve: %j',
    (reference) => {
      for (const place of [message(reference), message(`<a b="${reference}"/>`)])
        expect(decodeSsp(new TextEncoder().encode(place))).toMatchObject({
          error: { reason: 'not-well-formed' },
        });
    },
  );
});

describe('a refusal', () => {
  const CANARY = 'CANARY';

  it.each([
    message(`<${CANARY}/>`),
    message(`<UserLogoutRequest userSessionID="${CANARY.repeat(9)}"/>`),
    message(`<UserKeepAliveRequest timeToLive="${CANARY}" userSessionID="${CANARY}"/>`),
    message(
      `<UserLoginRequest cspVersion="${CANARY.repeat(9)}"><Password>${CANARY}</Password></UserLoginRequest>`,
    ),
    message(`<UserLoginRequest><Functions><${CANARY.repeat(9)}/></Functions></UserLoginRequest>`),
    message(`&${CANARY};`),
    message(`<${CANARY}></x>`),
    message(`<${CANARY}:a/>`),
    message(`<a ${CANARY}="" ${CANARY}=""/>`),
    `<${CANARY}/>`,
    `<WV-SSP-Message xmlns="${CANARY}"/>`,
    `<WV-SSP-Message xmlns="${NAMESPACE}"><${CANARY}/></WV-SSP-Message>`,
    `<?xml version="1.0" encoding="${CANARY}"?><a/>`,
    `<?xml ${CANARY}?><a/>`,
    CANARY,
    `<!DOCTYPE ${CANARY}>`,
  ])('never repeats what was sent: %j', (xml) => {
    const decoded = decodeSsp(new TextEncoder().encode(xml));
    const faults = decoded.ok
      ? decoded.value.kind === 'session' &&
        decoded.value.transactions.map((one) => 'fault' in one && one.fault)
      : decoded.error;
    expect(faults).toBeTruthy();
    expect(JSON.stringify(faults)).not.toContain(CANARY);
    expect(JSON.stringify(faults)).toContain('detail');
  });
});
