import { beforeAll, describe, expect, it } from '@jest/globals';
import { Libwbxml } from '@sap2/test-support';
import type { RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

// Requests and answers are octets from the published token tables, so no codec of ours has a part in them.

const world = gatewayWorldForThisFile();

/** What differs between the versions, in hexadecimal pairs and quoted texts. */
interface Dialect {
  /** The header of a request, and its root with what it declares. */
  readonly request: string;
  /** TransactionContent of a request. */
  readonly content: string;
  /** TimeToLive of a request: 600 seconds. */
  readonly timeToLive: string;
  /** Header and root of an answer. */
  readonly answer: string;
  readonly answerContent: string;
  /** The primitive that answers a logout, with its code. */
  readonly goodbye: string;
  /** For wbxml2xml; undefined: it does not know this version. */
  readonly language: { readonly name?: string } | undefined;
}

const RESULT_200 = '6A 4B C3 01 C8 01 52 03 * 00 01 01';

const DIALECTS: Readonly<Record<string, Dialect>> = {
  // The public identifier stands in the string table, and nothing declares a namespace: as libwbxml writes.
  '1.1': {
    request: '03 00 00 6A 1B "-//OMA//DTD WV-CSP 1.1//EN" 00 49',
    content: '73',
    timeToLive: '72 03 "600" 00 01',
    answer: '03 10 6A 00 C9 05 03 "1.1" 00 01',
    answerContent: 'F3 07 03 "1.1" 00 01',
    // Disconnect
    goodbye: `00 01 50 00 00 ${RESULT_200} 01`,
    language: {},
  },
  '1.2': {
    request: '03 11 6A 00 C9 08 03 "1.2" 00 01',
    content: 'F3 0A 03 "1.2" 00 01',
    timeToLive: '72 C3 02 02 58 01',
    answer: '03 11 6A 00 C9 08 03 "1.2" 00 01',
    answerContent: 'F3 0A 03 "1.2" 00 01',
    // Status
    goodbye: `71 ${RESULT_200} 01`,
    language: { name: 'CSP12' },
  },
  '1.3': {
    request: '02 12 6A 00 C9 0B 03 "1.3" 00 01',
    content: 'F3 0D 03 "1.3" 00 01',
    timeToLive: '72 C3 04 00 00 02 58 01',
    answer: '03 12 6A 00 C9 0B 03 "1.3" 00 01',
    answerContent: 'F3 0D 03 "1.3" 00 01',
    goodbye: `71 ${RESULT_200} 01`,
    language: undefined,
  },
};

const OUTBAND = '70 80 19 01';
const inband = (sessionID: string): string => `70 80 11 01 6F 03 "${sessionID}" 00 01`;

/** Session, SessionDescriptor, Transaction and TransactionDescriptor around a primitive. */
const message = (root: string, descriptor: string, mode: string, id: string, content: string): string =>
  `${root} 6D 6E ${descriptor} 01 72 74 76 80 ${mode} 01 75 03 "${id}" 00 01 01 ${content} 01 01 01 01`;

const requestOf = (dialect: Dialect, descriptor: string, id: string, primitive: string): Buffer =>
  octetsOf(message(dialect.request, descriptor, '20', id, `${dialect.content} ${primitive}`));

const answerOf = (dialect: Dialect, descriptor: string, id: string, primitive: string): RegExp =>
  patternOf(message(dialect.answer, descriptor, '21', id, `${dialect.answerContent} ${primitive}`));

const PIECE = /"([^"]*)"|([0-9A-F]{2})|(\*)/gu;

function octetsOf(text: string): Buffer {
  const pieces = Array.from(text.matchAll(PIECE), ([, ascii, hex = '']) =>
    ascii === undefined ? Buffer.from(hex, 'hex') : Buffer.from(ascii, 'latin1'),
  );
  return Buffer.concat(pieces);
}

/** The same of a whole document; `*` stands for any inline text. */
function patternOf(text: string): RegExp {
  const escaped = (octets: Buffer): string =>
    Array.from(octets, (octet) => `\\x${octet.toString(16).padStart(2, '0')}`).join('');
  const pieces = Array.from(text.matchAll(PIECE), ([piece, , , any]) =>
    any === undefined ? escaped(octetsOf(piece)) : String.raw`([^\x00]*)`,
  );
  return new RegExp(`^${pieces.join('')}$`, 'u');
}

describe.each(Object.entries(DIALECTS))('octets of CSP %s, written by hand:', (version, dialect) => {
  let libwbxml: Libwbxml;
  let handset: RawHandset;
  let sessionID = '';

  beforeAll(async () => {
    libwbxml = await Libwbxml.fetch();
    handset = world.newHandset({ version: version as '1.1', encoding: 'wbxml' });
  });

  /** Posts a request. @returns the texts of the answer that the pattern leaves open */
  const expectExchange = async (
    request: Buffer,
    answer: RegExp,
    elements: RegExp,
  ): Promise<readonly string[]> => {
    const { httpStatus, headers, bytes } = await handset.post(request);
    expect([httpStatus, headers['content-type']]).toEqual([200, 'application/vnd.wv.csp.wbxml']);
    const said = bytes.toString('latin1');
    expect(said).toMatch(answer);
    expect(textOf(request)).toMatch(/^(?:$|.*<TransactionMode>Request<\/TransactionMode>)/u);
    expect(textOf(bytes)).toMatch(elements);
    return answer.exec(said)?.slice(1) ?? [];
  };

  /** In XML, by Debian's tool; nothing if that does not know the version. */
  const textOf = (document: Uint8Array): string =>
    dialect.language === undefined
      ? ''
      : Buffer.from(libwbxml.toXml(document, dialect.language.name))
          .toString()
          .replaceAll(/>\s+</gu, '><')
          .replaceAll(/\n/gu, '');

  const ifRead = (elements: string): RegExp =>
    new RegExp(dialect.language === undefined ? '^$' : elements, 'u');

  it('a two-way login', async () => {
    const { userID, client } = handset;
    const password = `${/user-\d+/u.exec(userID)?.[0]}-password`;
    const clientID = `4A 77 03 "${client}" 00 01 01`;
    const login = `00 01 5D 00 00 7A 03 "${userID}" 00 01 ${clientID} 00 01 61 03 "${password}" 00 01 ${dialect.timeToLive} 70 03 "cookie" 00 01 01`;
    const answer = `00 01 5E 00 00 ${clientID} ${RESULT_200} 6F 03 * 00 01 00 01 5C C3 02 02 58 01 4B 80 2C 01 01`;
    const texts = await expectExchange(
      requestOf(dialect, OUTBAND, 'L1', login),
      answerOf(dialect, OUTBAND, 'L1', answer),
      ifRead(
        '<Login-Response><ClientID>.*</ClientID><Result><Code>200</Code>.*</Result><SessionID>\\w+</SessionID><KeepAliveTime>600</KeepAliveTime><CapabilityRequest>T</CapabilityRequest></Login-Response>',
      ),
    );
    sessionID = texts.at(-1) ?? '';
    expect(sessionID).toMatch(/^[A-Za-z0-9]{22,32}$/u);
    const { status } = await world.service.admin('GET', `/admin/v1/sessions/${sessionID}`);
    expect(status).toBe(200);
  });

  it('a keep-alive', async () => {
    await expectExchange(
      requestOf(dialect, inband(sessionID), 'K2', `00 01 5B ${dialect.timeToLive} 01`),
      answerOf(dialect, inband(sessionID), 'K2', `00 01 69 00 00 ${RESULT_200} 00 01 5C C3 02 02 58 01 01`),
      ifRead(
        '<KeepAlive-Response><Result><Code>200</Code>.*</Result><KeepAliveTime>600</KeepAliveTime></KeepAlive-Response>',
      ),
    );
  });

  it('a keep-alive without a time, whose element is empty', async () => {
    await expectExchange(
      requestOf(dialect, inband(sessionID), 'K3', '00 01 1B'),
      answerOf(dialect, inband(sessionID), 'K3', `00 01 69 00 00 ${RESULT_200} 00 01 5C C3 02 02 58 01 01`),
      ifRead('<KeepAlive-Response>'),
    );
  });

  it('a logout', async () => {
    await expectExchange(
      requestOf(dialect, inband(sessionID), 'Z4', '00 01 1F'),
      answerOf(dialect, inband(sessionID), 'Z4', dialect.goodbye),
      ifRead(`<${version === '1.1' ? 'Disconnect' : 'Status'}><Result><Code>200</Code>`),
    );
    const { status } = await world.service.admin('GET', `/admin/v1/sessions/${sessionID}`);
    expect(status).toBe(404);
  });

  it('a presence request, in a session that is over', async () => {
    await expectExchange(
      requestOf(dialect, inband(sessionID), 'P5', '00 04 52 00 00 79 7A 03 "wv:x@y.example" 00 01 01 01'),
      answerOf(dialect, inband(sessionID), 'P5', '71 6A 4B C3 02 02 5C 01 52 03 * 00 01 01 01'),
      ifRead('<Status><Result><Code>604</Code>'),
    );
  });
});
