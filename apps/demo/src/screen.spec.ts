import { describe, expect, it } from '@jest/globals';
import { Screen, type ScreenOptions } from './screen.js';
import { OPERATOR, PROVIDER } from './stage.js';

const XML =
  '<WV-SSP-Message xmlns="http://www.openmobilealliance.org/DTD/WV-SSP1.3"><Session sessionID="s@operator.example">' +
  '<Transaction mode="Response" transactionID="1"><Status code="604"/></Transaction></Session></WV-SSP-Message>';

function shown(options: Partial<ScreenOptions>, show: (screen: Screen) => void): readonly string[] {
  const lines: string[] = [];
  show(new Screen({ write: (line) => void lines.push(line), colour: false, xml: false, ...options }));
  return lines;
}

const message = { from: PROVIDER, to: OPERATOR, xml: XML, httpStatus: 200 };

describe('the screen', () => {
  it('gives one line to each primitive, with who speaks to whom and the status in words', () => {
    expect(shown({}, (screen) => screen.message(message))).toEqual([
      '   SAP 1 ◄── SAP 2    Status                 604 no such session',
    ]);
    const [line] = shown({}, (screen) => screen.message({ ...message, from: OPERATOR, to: PROVIDER }));
    expect(line).toContain('SAP 1 ──► SAP 2');
  });

  it('shows messages whole where it is asked to', () => {
    const lines = shown({ xml: true }, (screen) => screen.message(message));
    expect(lines).toContain('             <Status code="604"/>');
  });

  it('is plain text without colours', () => {
    const show = (screen: Screen): void => {
      screen.heading('Title');
      screen.message(message);
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
