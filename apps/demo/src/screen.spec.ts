import { describe, expect, it } from '@jest/globals';
import { OPERATOR, PROVIDER } from './cast.js';
import { saidInSsp } from './said.js';
import { Screen, type ScreenOptions } from './screen.js';

const XML =
  '<WV-SSP-Message xmlns="http://www.openmobilealliance.org/DTD/WV-SSP1.3"><Session sessionID="s@operator.example">' +
  '<Transaction mode="Response" transactionID="1"><Status code="604"/></Transaction></Session></WV-SSP-Message>';

function shown(options: Partial<ScreenOptions>, show: (screen: Screen) => void): readonly string[] {
  const lines: string[] = [];
  show(new Screen({ write: (line) => void lines.push(line), colour: false, xml: false, ...options }));
  return lines;
}

const said = saidInSsp({ from: PROVIDER, to: OPERATOR, xml: XML, httpStatus: 200 });

describe('the screen', () => {
  it('gives one line to each primitive, with who speaks to whom and the status in words', () => {
    expect(shown({}, (screen) => screen.message(said))).toEqual([
      '   SAP 1 ◄── SAP 2    Status                    604 no such session',
    ]);
  });

  it('shows messages whole where it is asked to', () => {
    const lines = shown({ xml: true }, (screen) => screen.message(said));
    expect(lines).toContain('             <Status code="604"/>');
  });

  it('shows binary messages whole as bytes', () => {
    const binary = { ...said, binary: Buffer.from([3, 17, 106]) };
    const lines = shown({ xml: true }, (screen) => screen.message(binary));
    expect(lines.slice(1).map((line) => line.trimEnd())).toEqual([`       03 11 6a${' '.repeat(41)}..j`, '']);
  });

  it('puts bytes beside their meaning', () => {
    const lines = shown({}, (screen) =>
      screen.bytes({
        who: 'phone ──► SAP 1',
        sayings: [],
        xml: '<A><B>1</B></A>',
        binary: Buffer.from('\u0003abcdefghi'),
      }),
    );
    expect(lines).toEqual([
      '',
      '   phone ──► SAP 1    10 bytes, which as XML are 15:',
      '',
      '   03 61 62 63 64 65 66 67  .abcdefg   <A>',
      '   68 69                    hi           <B>1</B>',
      `${' '.repeat(39)}</A>`,
    ]);
  });

  it('is plain text without colours', () => {
    const show = (screen: Screen): void => {
      screen.heading('Title');
      screen.message(said);
    };
    expect(shown({}, show).join('')).not.toContain('\u001B');
    expect(shown({ colour: true }, show).join('')).toContain('\u001B[1mTitle\u001B[0m');
  });

  it('breaks long prose, and not between SAP and its number', () => {
    const lines = shown({}, (screen) => screen.prose('The operator runs SAP 1 here. '.repeat(20).trim()));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.length <= 103 && !line.endsWith('SAP'))).toBe(true);
  });
});
